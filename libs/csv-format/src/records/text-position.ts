import { isAscii } from 'node:buffer';
import iconv from 'iconv-lite';
import { MULTI_BYTE } from '../encoding/encodings.js';
import { CR, type CsvGrammar, isCarriageReturnBreak, isLineFeedBreak, LF } from './grammar.js';
import { type SourceCounter, type SourceLength, SyncedSource } from './synced-source.js';

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
    private readonly sourceLength: SourceLength,
  ) {}

  get offset(): number {
    return this.at.text;
  }

  /**
   * The position at text offset `offset`. Offsets must not decrease.
   * @param base the text offset where `window` begins.
   * @param lines line breaks between the last position and this one, where they have been counted.
   */
  moveTo(offset: number, window: Buffer, base: number, lines?: number): Readonly<TextPosition> {
    if (offset > this.at.text) {
      const from = this.at.text - base;
      const to = offset - base;
      this.at.line += lines ?? lineBreaks(window, from, to, this.grammar);
      this.at.byte += this.sourceLength(window, from, to);
      this.at.text = offset;
    }
    return this.at;
  }
}

/** A stretch is never cut within a CRLF: records, lines and windows are not. */
function lineBreaks(text: Buffer, from: number, to: number, grammar: CsvGrammar): number {
  const lineFeedBreaks = isLineFeedBreak(grammar);
  const carriageReturnBreaks = isCarriageReturnBreak(grammar);
  let breaks = 0;
  for (let at = from; at < to; at++) {
    const byte = text[at]!;
    if (byte === LF) {
      if (lineFeedBreaks) breaks++;
    } else if (byte === CR && carriageReturnBreaks) {
      if (!lineFeedBreaks || at + 1 === to || text[at + 1] !== LF) breaks++;
    }
  }
  return breaks;
}

/** @param from the byte of the file at which the text that is asked for begins */
export function sourceCounter(encoding: string, from: number): SourceCounter {
  const length = sourceLengthIn(encoding);
  return MULTI_BYTE.has(encoding) ? new SyncedSource(length, from) : { push: () => {}, end: () => {}, length };
}

/**
 * Where a line of a text begins in the part of the file that it is decoded from.
 * @param text of all of the source, but for a byte order mark @param line its offset in the text
 */
export function lineStartIn(encoding: string, source: Buffer, text: Buffer, line: number): number {
  if (!MULTI_BYTE.has(encoding)) return source.length - sourceLengthIn(encoding)(text, line, text.length);
  const counter = sourceCounter(encoding, 0);
  counter.push(source);
  counter.end();
  return counter.length(text, 0, line);
}

/** The source lengths of an encoding: exact, but for the East Asian ones, where they are an estimate (see SyncedSource). */
export function sourceLengthIn(encoding: string): SourceLength {
  if (encoding === 'utf-8') return (_, from, to) => to - from;
  // Only half a unit at the end of a file is not decoded; it is one FF.
  if (encoding.startsWith('utf-16'))
    return (text, from, to) => 2 * codeUnits(text, from, to) - (to > from && text[to - 1] === INVALID ? 1 : 0);
  if (encoding.startsWith('utf-32')) return (text, from, to) => 4 * characters(text, from, to);
  if (MULTI_BYTE.has(encoding)) return (text, from, to) => encodedLength(text.subarray(from, to), encoding);
  return characters;
}

// What did not decode is FF FF FF in the text, one character of the source. FF occurs nowhere else.
const INVALID = 0xff;

function encodedLength(text: Buffer, encoding: string): number {
  if (isAscii(text)) return text.length;
  const decoded = text.includes(INVALID)
    ? Buffer.from(text.toString('latin1').replaceAll('\xff\xff\xff', '?'), 'latin1').toString()
    : text.toString();
  return iconv.encode(decoded, encoding).length;
}

function characters(text: Buffer, from: number, to: number): number {
  if (isAscii(text.subarray(from, to))) return to - from;
  let count = 0;
  let invalid = 0;
  for (let i = from; i < to; i++) {
    const byte = text[i]!;
    if ((byte & 0xc0) !== 0x80) count++;
    if (byte === INVALID) invalid++;
  }
  return count - 2 * Math.floor(invalid / 3);
}

function codeUnits(text: Buffer, from: number, to: number): number {
  if (isAscii(text.subarray(from, to))) return to - from;
  let astral = 0;
  for (let i = from; i < to; i++) if ((text[i]! & 0xf8) === 0xf0) astral++;
  return characters(text, from, to) + astral;
}
