/** Longer names are compared by their start: 2,000 names of this length take 20 ms. */
const COMPARED_LENGTH = 32;

const comparable = (name: string): string[] =>
  [...name.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]/gu, '')].slice(0, COMPARED_LENGTH);

/** What other programs call a name: words in small letters without punctuation, each with the names that may be meant, the likeliest first. */
export type Synonyms = ReadonlyMap<string, readonly string[]>;

/**
 * The known name that a person who wrote `given` most likely meant; null when none is near. Letter case and punctuation do not count.
 * Names are near when fewer than half of their letters differ. A synonym is nearer than any name that is not the given one itself.
 */
export function nearestName(given: string, known: readonly string[], synonyms?: Synonyms): string | null {
  const wanted = comparable(given.slice(0, 4 * COMPARED_LENGTH));
  let nearest: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const name of known) {
    const letters = comparable(name.slice(0, 4 * COMPARED_LENGTH));
    const limit = Math.max(wanted.length, letters.length) / 2;
    if (Math.abs(wanted.length - letters.length) >= Math.min(limit, least)) continue;
    const edits = editsBetween(wanted, letters);
    if (edits < limit && edits < least) {
      nearest = name;
      least = edits;
    }
  }
  if (least === 0) return nearest;
  return synonyms?.get(wanted.join(''))?.find((name) => known.includes(name)) ?? nearest;
}

/** A question with the nearest name, to stand behind the sentence that a name is unknown; empty where none is near. */
export const didYouMean = (nearest: string | null): string =>
  nearest === null ? '' : ` Did you mean ${JSON.stringify(nearest)}?`;

/** Insertions, deletions, replacements and swaps of neighbours that turn one list into the other. */
function editsBetween(from: string[], to: string[]): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let edits = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) edits = Math.min(edits, beforeLast[column - 2]! + 1);
      current.push(edits);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length]!;
}
