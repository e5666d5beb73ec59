import { type CsvColumn, escapeCell, isoText, readDayFormat, readNumberFormat } from '@app/csv-format';
import type { ValueForm } from '../request/rows-query.js';
import type { ByteBuffer } from './byte-buffer.js';
import {
  beginsCode,
  CELL_END,
  cellEnd,
  codedCharacter,
  codeLength,
  type RowWriter,
  type WrittenUpload,
} from './stored-rows.js';

const QUOTE = 0x22;
const DOT = 0x2e;
const MINUS = 0x2d;
const PLUS = 0x2b;
const ZERO = 0x30;
const NINE = 0x39;
const SMALL_E = 0x65;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const NULL = Buffer.from('null');
const U00 = Buffer.from('u00');
const HEX = Buffer.from('0123456789abcdef');

/** The letter behind the backslash for a control character that has one. */
const SHORT_ESCAPES = new Uint8Array(SPACE);
for (const [character, letter] of ['\bb', '\tt', '\nn', '\ff', '\rr'])
  SHORT_ESCAPES[character!.charCodeAt(0)] = letter!.charCodeAt(0);

/** A byte becomes at most `\u00xx`. */
const MAX_GROWTH = 6;

interface Member {
  /** The place of the cell in the row, from 0. */
  place: number;
  form: 'text' | 'number' | 'marked-number' | 'boolean' | 'day';
  /** Of a marked number: the byte that is the decimal mark. */
  decimal: number;
  /** Of a day: which of its numbers comes first. */
  order: 'day' | 'month' | 'year';
  /** Stored texts that stand for no value. */
  nullValues: Uint8Array[];
  /** `{"key":` or `,"key":`. */
  name: Uint8Array;
}

/**
 * Writes a row as a JSON object with the given columns, as JSON.stringify would. Texts of numbers and booleans are valid JSON, except
 * for capital letters; numbers and days in a format of their column are written as JSON and ISO 8601 have them.
 */
export class JsonWriter implements RowWriter {
  private readonly members: Member[];
  private readonly hasEscapes: boolean;
  private readonly end: Uint8Array;
  readonly bytesPerRow: number;

  /** @param columns in file order @param end what follows each object */
  constructor(upload: WrittenUpload, columns: readonly CsvColumn[], values: ValueForm, end = '') {
    this.members = columns.map((column, index) => ({
      place: column.position - 1,
      ...formOf(column, values),
      nullValues: values === 'text' ? [] : column.null_values.map((text) => Buffer.from(escapeCell(text))),
      name: Buffer.from(`${index === 0 ? '{' : ','}${JSON.stringify(column.key)}:`),
    }));
    this.hasEscapes = upload.has_escapes;
    this.end = Buffer.from(`}${end}`);
    this.bytesPerRow = this.members.reduce((sum, { name }) => sum + name.length + NULL.length, this.end.length);
  }

  write(rows: Uint8Array, from: number, to: number, out: ByteBuffer): void {
    out.reserve(this.bytesPerRow + MAX_GROWTH * (to - from));
    const { bytes } = out;
    const { members } = this;
    let at = from;
    let place = 0;
    for (let index = 0; index < members.length; index++) {
      const member = members[index]!;
      for (; place < member.place; place++) at = cellEnd(rows, at, to) + 1;
      place++;
      out.length = copied(member.name, bytes, out.length);
      if (at >= to || rows[at] === CELL_END) {
        out.length = copied(NULL, bytes, out.length);
        at++;
      } else if (member.nullValues.length > 0 && isOneOf(member.nullValues, rows, at, to)) {
        out.length = copied(NULL, bytes, out.length);
        at = cellEnd(rows, at, to) + 1;
      } else if (member.form === 'text') {
        at = this.text(rows, at, to, out) + 1;
      } else if (member.form === 'marked-number') {
        at = markedNumber(rows, at, to, out, member.decimal) + 1;
      } else if (member.form === 'day') {
        at = isoDay(rows, at, to, out, member.order) + 1;
      } else {
        at = this.literal(rows, at, to, out, member.form === 'boolean') + 1;
      }
    }
    out.length = copied(this.end, bytes, out.length);
  }

  /** Writes the cell at `from` as a JSON string. @returns where the cell ends */
  private text(rows: Uint8Array, from: number, to: number, out: ByteBuffer): number {
    const { bytes } = out;
    let end = out.length;
    let at = from;
    bytes[end++] = QUOTE;
    for (; at < to; at++) {
      let byte = rows[at]!;
      if (byte > QUOTE && byte !== BACKSLASH) {
        bytes[end++] = byte;
        continue;
      }
      if (byte === CELL_END) break;
      if (this.hasEscapes && beginsCode(byte)) {
        byte = codedCharacter(rows, at);
        at += codeLength(rows, at) - 1;
      }
      if (byte === QUOTE || byte === BACKSLASH) {
        bytes[end++] = BACKSLASH;
        bytes[end++] = byte;
      } else if (byte >= SPACE) {
        bytes[end++] = byte;
      } else {
        end = controlEscaped(byte, bytes, end);
      }
    }
    bytes[end++] = QUOTE;
    out.length = end;
    return at;
  }

  /** Writes the cell at `from` as a number, or as a boolean in lower case. @returns where the cell ends */
  private literal(rows: Uint8Array, from: number, to: number, out: ByteBuffer, isBoolean: boolean): number {
    const { bytes } = out;
    let end = out.length;
    let at = from;
    for (; at < to; at++) {
      const byte = rows[at]!;
      if (byte === CELL_END) break;
      bytes[end++] = isBoolean ? byte | SPACE : byte;
    }
    out.length = end;
    return at;
  }
}

type Form = Pick<Member, 'form' | 'decimal' | 'order'>;

function formOf({ type, format }: CsvColumn, values: ValueForm): Form {
  const plain = (form: Member['form']): Form => ({ form, decimal: DOT, order: 'year' });
  if (values === 'text' || type === 'text') return plain('text');
  if (type === 'boolean') return plain('boolean');
  if (type === 'integer') return plain('number');
  if (format === null) return plain(type === 'number' ? 'number' : 'text');
  if (type === 'number') return { ...plain('marked-number'), decimal: readNumberFormat(format)!.decimal.charCodeAt(0) };
  return { ...plain('day'), order: readDayFormat(format)!.order };
}

/** Writes the cell at `from` as a number without its thousands marks. @returns where the cell ends */
function markedNumber(rows: Uint8Array, from: number, to: number, out: ByteBuffer, decimal: number): number {
  const { bytes } = out;
  let end = out.length;
  let at = from;
  for (; at < to; at++) {
    const byte = rows[at]!;
    if (byte === CELL_END) break;
    if (byte === decimal) bytes[end++] = DOT;
    else if ((byte >= ZERO && byte <= NINE) || byte === MINUS || byte === PLUS || (byte | SPACE) === SMALL_E)
      bytes[end++] = byte;
  }
  out.length = end;
  return at;
}

/** Writes the cell at `from` as a day, or as a day and a time, in ISO 8601. @returns where the cell ends */
function isoDay(rows: Uint8Array, from: number, to: number, out: ByteBuffer, order: Member['order']): number {
  const { bytes } = out;
  const at = cellEnd(rows, from, to);
  const text = isoText(String.fromCharCode(...rows.subarray(from, at)), order);
  let end = out.length;
  bytes[end++] = QUOTE;
  for (let i = 0; i < text.length; i++) bytes[end++] = text.charCodeAt(i);
  bytes[end++] = QUOTE;
  out.length = end;
  return at;
}

function isOneOf(texts: readonly Uint8Array[], rows: Uint8Array, from: number, to: number): boolean {
  const length = cellEnd(rows, from, to) - from;
  return texts.some((text) => text.length === length && text.every((byte, i) => byte === rows[from + i]));
}

/** Copies a few bytes, which is faster in a loop than by a call. @returns the new end */
function copied(source: Uint8Array, bytes: Uint8Array, end: number): number {
  let at = end;
  for (let index = 0; index < source.length; index++) bytes[at++] = source[index]!;
  return at;
}

function controlEscaped(character: number, bytes: Uint8Array, end: number): number {
  let at = end;
  bytes[at++] = BACKSLASH;
  const short = SHORT_ESCAPES[character]!;
  if (short !== 0) {
    bytes[at++] = short;
    return at;
  }
  at = copied(U00, bytes, at);
  bytes[at++] = HEX[character >> 4]!;
  bytes[at++] = HEX[character & 15]!;
  return at;
}
