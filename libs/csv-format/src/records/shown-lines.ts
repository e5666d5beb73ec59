import { type CsvGrammar, lineBreakLength, markLength } from './grammar.js';

/** How many lines of a preamble, a footer or of comments are shown, and how many characters of each. */
export const SHOWN_LINES = 20;
const SHOWN_CHARACTERS = 200;
/** A character has at most four bytes, and a line may begin with a byte order mark. */
export const SHOWN_BYTES = 4 * (SHOWN_CHARACTERS + 1);

/**
 * The first physical lines of a text, to be shown: at most 20 of at most 200 characters. What does not decode, and each control character
 * but the tab, is U+FFFD: a client may print them, and PostgreSQL cannot store U+0000 in JSON.
 * @param text UTF-8 @param range which lines of the text: how many are before them, and how many they are
 */
export function shownLines(
  text: Buffer,
  grammar: Pick<CsvGrammar, 'newline'>,
  { from: first = 0, count = Number.POSITIVE_INFINITY } = {},
): string[] {
  const lines: string[] = [];
  let from = 0;
  for (let line = 0; from < text.length && lines.length < Math.min(count, SHOWN_LINES); line++) {
    let end = from;
    let breakLength = 0;
    for (; end < text.length; end++) {
      breakLength = lineBreakLength(text[end]!, text[end + 1] ?? -1, true, grammar);
      if (breakLength > 0) break;
    }
    if (line >= first) lines.push(shownLine(text.subarray(from, end)));
    from = end + breakLength;
  }
  return lines;
}

/** The beginning of one line. */
export function shownLine(line: Buffer): string {
  const text = line.toString('utf8', markLength(line, 0, line.length), SHOWN_BYTES);
  // FF FF FF, which stands for what did not decode, is one character.
  const shown = text.replace(/\ufffd{3}/g, '\ufffd').replace(/[\0-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]/g, '\ufffd');
  return Array.from(shown).slice(0, SHOWN_CHARACTERS).join('');
}
