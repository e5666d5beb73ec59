/** The place of a row from 0, from a number of the address or a field that counts from 1; null for anything else. Marks of thousands are skipped. */
export function rowIndexOf(text: string | undefined): number | null {
  const digits = (text ?? '').replaceAll(/[\s,.]/g, '');
  return /^[1-9]\d{0,14}$/.test(digits) ? Number(digits) - 1 : null;
}
