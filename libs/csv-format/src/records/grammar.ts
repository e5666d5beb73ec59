import type { Dialect } from '../model.js';

/**
 * What a dialect means to the reader. Text is read as latin1, every byte one character, so each mark is one character too:
 * options admit ASCII only, and no multi-byte sequence of UTF-8 holds an ASCII byte.
 */
export interface CsvGrammar {
  delimiter: string;
  /** Empty: nothing is quoted. */
  quote: string;
  /** The quote itself where quotes are doubled. */
  escape: string;
  newline: Dialect['newline'];
}

export const grammarOf = ({ delimiter, quote, escape: mark, newline }: Dialect): CsvGrammar => ({
  delimiter,
  quote,
  escape: mark === '' ? quote : mark,
  newline,
});

/**
 * LF ends a record everywhere but in a CR file, and the CR before it is part of the line break whichever of LF and CRLF was detected:
 * files that were glued together have both. A lone CR ends one in CR and mixed files, and is text in the others.
 */
export const lfEnds = ({ newline }: CsvGrammar): boolean => newline !== 'cr';
export const crEnds = ({ newline }: CsvGrammar): boolean => newline === 'cr' || newline === 'mixed';

const CR = 0x0d;
const LF = 0x0a;

/** No character of the text has been seen that decides it. */
export const UNDECIDED = -1;

/**
 * Length of the line break at `at`: 0 where none is, `UNDECIDED` for a CR at the end of a text that goes on elsewhere.
 * @param end where the text ends. @param final whether it ends there for good.
 */
export function breakLength(text: string, at: number, end: number, final: boolean, grammar: CsvGrammar): number {
  const code = text.charCodeAt(at);
  if (code === LF) return lfEnds(grammar) ? 1 : 0;
  if (code !== CR) return 0;
  if (at + 1 >= end) return final ? Number(crEnds(grammar)) : UNDECIDED;
  if (text.charCodeAt(at + 1) === LF) return 2;
  return crEnds(grammar) ? 1 : 0;
}
