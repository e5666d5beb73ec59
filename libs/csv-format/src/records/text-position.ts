import iconv from 'iconv-lite';
import { MULTI_BYTE } from '../encoding/encodings.js';
import { type CsvGrammar, isCarriageReturnBreak, isLineFeedBreak } from './grammar.js';

/** A position between two characters of a file. */
export interface TextPosition {
  /** In the file's text as UTF-8 without its byte order mark. */
  text: number;
  /** In the file as it is. */
  byte: number;
  /** Line breaks before it. */
  line: number;
}

/**
 * Turns offsets in the decoded text into physical lines and offsets in the file. Each stretch of text is counted once, and only when
 * a position is asked for: where a batch ends or a record is rejected.
 */
export class PositionTracker {
  constructor(
    private readonly at: TextPosition,
    private readonly grammar: CsvGrammar,
    private readonly sourceLength: (text: string) => number,
  ) {}

  get offset(): number {
    return this.at.text;
  }

  /**
   * The position at text offset `offset`. Offsets must not decrease.
   * @param base the text offset where `window` begins.
   */
  moveTo(offset: number, window: string, base: number): Readonly<TextPosition> {
    if (offset > this.at.text) {
      const stretch = window.slice(this.at.text - base, offset - base);
      this.at.line += lineBreaks(stretch, this.grammar);
      this.at.byte += this.sourceLength(stretch);
      this.at.text = offset;
    }
    return this.at;
  }
}

/** A stretch is never cut within a CRLF: records, lines and windows are not. */
function lineBreaks(text: string, grammar: CsvGrammar): number {
  let breaks = 0;
  if (isLineFeedBreak(grammar)) for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) breaks++;
  if (isCarriageReturnBreak(grammar)) {
    for (let at = text.indexOf('\r'); at >= 0; at = text.indexOf('\r', at + 1)) {
      if (!isLineFeedBreak(grammar) || text[at + 1] !== '\n') breaks++;
    }
  }
  return breaks;
}

/**
 * How many bytes of the file a stretch of UTF-8 (as latin1) was decoded from. Exact, except behind bytes that do not
 * decode in the East Asian encodings: each such run counts as one byte there.
 */
export function sourceLengthIn(encoding: string): (text: string) => number {
  if (encoding === 'utf-8') return (text) => text.length;
  if (encoding.startsWith('utf-16')) return (text) => 2 * codeUnits(text);
  if (encoding.startsWith('utf-32')) return (text) => 4 * characters(text);
  if (MULTI_BYTE.has(encoding)) {
    return (text) =>
      iconv.encode(Buffer.from(text.replaceAll('\xff\xff\xff', '?'), 'latin1').toString(), encoding).length;
  }
  return characters;
}

// What did not decode is FF FF FF in the text, one character of the source. FF occurs nowhere else.
function characters(text: string): number {
  let count = 0;
  let invalid = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if ((code & 0xc0) !== 0x80) count++;
    if (code === 0xff) invalid++;
  }
  return count - 2 * Math.floor(invalid / 3);
}

function codeUnits(text: string): number {
  let astral = 0;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xf8) === 0xf0) astral++;
  return characters(text) + astral;
}
