import type { CsvColumn } from '@app/csv-format';
import { decimalOf } from '../request/columns.js';
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
const COMMA = 0x2c;
const DOT = 0x2e;
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
  form: 'text' | 'number' | 'boolean';
  /** `{"key":` or `,"key":`. */
  name: Uint8Array;
}

/**
 * Writes a row as a JSON object with the given columns, as JSON.stringify would. Texts of numbers and booleans are valid JSON, except
 * for a decimal comma and capital letters.
 */
export class JsonWriter implements RowWriter {
  private readonly members: Member[];
  private readonly hasEscapes: boolean;
  private readonly decimal: number;
  private readonly end: Uint8Array;
  readonly bytesPerRow: number;

  /** @param columns in file order @param end what follows each object */
  constructor(upload: WrittenUpload, columns: readonly CsvColumn[], values: ValueForm, end = '') {
    this.members = columns.map((column, index) => ({
      place: column.position - 1,
      form: values === 'text' ? 'text' : formOf(column),
      name: Buffer.from(`${index === 0 ? '{' : ','}${JSON.stringify(column.key)}:`),
    }));
    this.hasEscapes = upload.has_escapes;
    this.decimal = decimalOf(upload).charCodeAt(0);
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
      } else if (member.form === 'text') {
        at = this.text(rows, at, to, out) + 1;
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
      bytes[end++] = isBoolean ? byte | SPACE : byte === COMMA && this.decimal === COMMA ? DOT : byte;
    }
    out.length = end;
    return at;
  }
}

function formOf({ type }: CsvColumn): Member['form'] {
  switch (type) {
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return 'text';
  }
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
