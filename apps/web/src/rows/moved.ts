/** The list with one item moved by one place; the same list at its ends. */
export function moved(keys: string[], key: string, by: -1 | 1): string[] {
  const at = keys.indexOf(key);
  const to = at + by;
  if (at < 0 || to < 0 || to >= keys.length) return keys;
  const next = [...keys];
  next.splice(at, 1);
  next.splice(to, 0, key);
  return next;
}
