/** The text cut at the hits: every second part is one. Null without a hit. */
export function partsOf(text: string, search: string): string[] | null {
  const pattern = new RegExp(`(${search.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')})`, 'giu');
  const parts = text.split(pattern);
  return parts.length > 1 ? parts : null;
}
