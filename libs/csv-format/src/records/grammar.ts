import type { Dialect } from '../model.js';

/**
 * The rules of a dialect for code that reads records. Text is read byte by byte (or as latin1, every byte one character), so a mark is the
 * latin1 view of its UTF-8 bytes. Quote and escape are one ASCII character, and no multi-byte sequence of UTF-8 holds an ASCII byte.
 */
export interface CsvGrammar {
  /** Empty: the file has one column. It may have several bytes, but no quote, escape, line break or NUL. */
  delimiter: string;
  /** Empty: nothing is quoted. */
  quote: string;
  /** The quote itself where quotes are doubled. Where nothing is quoted, it stands before delimiters and line breaks that are text. */
  escape: string;
  newline: Dialect['newline'];
  /** Spaces and tabs at both ends of a cell, outside of its quotes, are no part of it. */
  trim?: boolean;
  /** A line that begins with it, where a record could begin, is no record. ASCII; empty or left out: there are none. */
  comment?: string;
}

/** The grammar of a dialect: its delimiter as latin1, and the quote itself as the escape where quotes are doubled. */
export const grammarOf = ({
  delimiter,
  quote,
  escape: mark,
  newline,
  trim,
  comment,
}: Omit<Dialect, 'encoding'>): CsvGrammar => ({
  delimiter: latin1Of(delimiter),
  quote,
  escape: mark === '' ? quote : mark,
  newline,
  trim,
  comment,
});

/** The latin1 view of a text's UTF-8 bytes. */
export const latin1Of = (text: string): string => Buffer.from(text).toString('latin1');

type LineBreaks = Pick<CsvGrammar, 'newline'>;

/**
 * LF ends a record in every file but a CR file, and the CR before it is part of the line break whichever of LF and CRLF was detected:
 * concatenated files have both. A lone CR ends a record in CR and mixed files, and is text in the others.
 */
export const isLineFeedBreak = ({ newline }: LineBreaks): boolean => newline !== 'cr';
export const isCarriageReturnBreak = ({ newline }: LineBreaks): boolean => newline === 'cr' || newline === 'mixed';

export const LF = 0x0a;
export const CR = 0x0d;

/** Not decided yet: it depends on the next character, which has not been read. */
export const UNDECIDED = -1;

/**
 * Length of the line break at a character: 0 where none is, `UNDECIDED` for a CR at the end of a text that continues.
 * @param code of the character. @param next code of the one behind it; not a number from 0 up where the text ends.
 * @param final whether the file ends where the text does.
 */
export function lineBreakLength(code: number, next: number, final: boolean, grammar: LineBreaks): number {
  if (code === LF) return isLineFeedBreak(grammar) ? 1 : 0;
  if (code !== CR) return 0;
  if (!(next >= 0)) return final ? Number(isCarriageReturnBreak(grammar)) : UNDECIDED;
  if (next === LF) return 2;
  return isCarriageReturnBreak(grammar) ? 1 : 0;
}

/** Where the second line of a text begins. */
export function firstLineBehind(text: Buffer, grammar: LineBreaks): number {
  for (let at = 0; at < text.length; at++) {
    const length = lineBreakLength(text[at]!, text[at + 1] ?? -1, true, grammar);
    if (length > 0) return at + length;
  }
  return text.length;
}

/** Length of U+FEFF in UTF-8. */
const MARK_LENGTH = 3;

/**
 * Length of a byte order mark at the beginning of a record: 3 or 0. Files that were joined have one in front of each file's first record,
 * where it is no part of the cell. Elsewhere U+FEFF is text.
 * @param limit where the text ends.
 */
export const markLength = (bytes: Uint8Array, at: number, limit: number): number =>
  bytes[at] === 0xef && at + MARK_LENGTH <= limit && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf ? MARK_LENGTH : 0;

/**
 * Length of a blank line that begins at `at`, with its line break: 0 where none is, `UNDECIDED` where the text ends first. A line that
 * holds nothing but a byte order mark is blank.
 * @param limit where the text ends. @param final whether the file ends there too.
 */
export function blankLineLength(
  bytes: Uint8Array,
  at: number,
  limit: number,
  final: boolean,
  grammar: LineBreaks,
): number {
  const mark = markLength(bytes, at, limit);
  const behind = at + mark;
  if (behind >= limit) return final ? mark : mark > 0 ? UNDECIDED : 0;
  const length = lineBreakLength(bytes[behind]!, behind + 1 < limit ? bytes[behind + 1]! : -1, final, grammar);
  return length > 0 ? mark + length : length;
}

const SPACE = 0x20;
const TAB = 0x09;

/**
 * White space between a closing quote and the end of its cell is ignored. It is the space and the five control characters from
 * tab to CR (as in `"a"\r\r\n`, which some programs write on Windows), unless one is the delimiter or part of a line break.
 * The no-break space is none: the byte A0 is part of a multi-byte sequence, and alone it is not UTF-8, so its record is damaged anyway.
 */
export const isWhiteSpace = (code: number): boolean => code === SPACE || (code >= TAB && code <= CR);

/** What is trimmed: spaces and tabs, unless they are the delimiter. */
export const isBlank = (code: number): boolean => code === SPACE || code === TAB;

/** The content of a quoted cell without its escapes: doubled quotes become one, and an escape character before a quote or another escape is removed. */
export function unescaped(content: string, { quote, escape: mark }: CsvGrammar): string {
  if (mark === quote || !content.includes(mark)) {
    return content.includes(quote) ? content.replaceAll(quote + quote, () => quote) : content;
  }
  let value = '';
  for (let at = 0; at < content.length; at++) {
    const next = content[at + 1];
    const isMark =
      (content[at] === mark && (next === mark || next === quote)) || (content[at] === quote && next === quote);
    value += isMark ? content[++at] : content[at];
  }
  return value;
}

/**
 * The content of a cell that is not quoted, where nothing is: an escape character is removed before a delimiter, a line break or another
 * escape. Before anything else it is text: `C:\temp` and `\N` stay.
 * @param content latin1
 */
export function unescapedPlain(content: string, grammar: CsvGrammar): string {
  let text = '';
  for (let at = 0; at < content.length; ) {
    const next = at + 1;
    const escaped = content[at] === grammar.escape ? escapedLength(content, next, grammar) : 0;
    text += content.slice(at + (escaped > 0 ? 1 : 0), next + escaped);
    at = next + escaped;
  }
  return text;
}

/** How many characters an escape before `at` makes text; 0 where it is text itself. */
function escapedLength(content: string, at: number, grammar: CsvGrammar): number {
  if (content[at] === grammar.escape) return 1;
  if (grammar.delimiter !== '' && content.startsWith(grammar.delimiter, at)) return grammar.delimiter.length;
  return lineBreakLength(content.charCodeAt(at), content.charCodeAt(at + 1), true, grammar);
}
