const KEY = /^[0-9a-z][0-9a-z-]{0,127}$/;

export const isKey = (name: string): boolean => KEY.test(name);

/** @throws TypeError for what could leave the store or clash with its own names */
export function requireKey(key: string): string {
  if (!isKey(key)) throw new TypeError('A storage key has only digits, lower-case letters and hyphens.');
  return key;
}
