import { partsOf } from './search-hits.js';

/** A text in which every place that the search finds is marked. Letter case is ignored, as the search does. */
export function Marked({ text, search }: { text: string; search: string | undefined }) {
  const parts = search ? partsOf(text, search) : null;
  if (!parts) return text;
  return parts.map((part, at) =>
    at % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts have no other name, and never change places
      <mark key={at}>{part}</mark>
    ) : (
      part
    ),
  );
}
