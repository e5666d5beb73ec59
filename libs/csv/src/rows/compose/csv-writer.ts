import type { CsvColumn } from '@app/csv-format';
import { beginsFormula, escapeFormula } from '../../formulas.js';
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

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const COMMA = 0x2c;

const LINE_END = '\r\n';

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The first line of an export (RFC 4180): the file's headers, or the key where a header is empty. */
export function csvHeader(columns: readonly CsvColumn[], escapeFormulas: boolean): string {
  const names = columns.map(({ name, key }) => {
    const header = name === '' ? key : name;
    return quoted(escapeFormulas ? escapeFormula(header) : header);
  });
  return names.join(',') + LINE_END;
}

/** A byte becomes at most two, when it is a quote. */
const MAX_GROWTH = 2;
/** Around a cell: two quotes, the apostrophe of a formula, and what separates it from the next one. */
const MOST_AROUND = 4;

/**
 * Writes a row as a line of CSV with the given columns: exact texts, quoted where RFC 4180 requires it; empty cells as nothing. The
 * empty cell of a single column is written as `""`, because an empty line is no record.
 */
export class CsvWriter implements RowWriter {
  private readonly cells: { place: number; mayBeFormula: boolean }[];
  private readonly hasEscapes: boolean;
  readonly bytesPerRow: number;

  /** @param columns in file order */
  constructor(upload: WrittenUpload, columns: readonly CsvColumn[], escapeFormulas: boolean) {
    this.cells = columns.map(({ position, type }) => ({
      place: position - 1,
      mayBeFormula: escapeFormulas && type === 'text',
    }));
    this.hasEscapes = upload.has_escapes;
    this.bytesPerRow = MOST_AROUND * columns.length + LINE_END.length;
  }

  write(rows: Uint8Array, from: number, to: number, out: ByteBuffer): void {
    out.reserve(this.bytesPerRow + MAX_GROWTH * (to - from));
    const { bytes } = out;
    const { cells } = this;
    const start = out.length;
    let at = from;
    let place = 0;
    for (let index = 0; index < cells.length; index++) {
      const cell = cells[index]!;
      for (; place < cell.place; place++) at = cellEnd(rows, at, to) + 1;
      place++;
      if (index > 0) bytes[out.length++] = COMMA;
      at = this.cell(rows, at, to, out, cell.mayBeFormula) + 1;
    }
    if (cells.length === 1 && out.length === start) {
      bytes[out.length++] = QUOTE;
      bytes[out.length++] = QUOTE;
    }
    bytes[out.length++] = CARRIAGE_RETURN;
    bytes[out.length++] = LINE_FEED;
  }

  /** Writes the cell at `from`. @returns where it ends */
  private cell(rows: Uint8Array, from: number, to: number, out: ByteBuffer, mayBeFormula: boolean): number {
    const { bytes } = out;
    let end = out.length;
    let at = from;
    if (mayBeFormula && from < to && beginsFormula(rows, from)) bytes[end++] = APOSTROPHE;
    for (; at < to; at++) {
      const byte = rows[at]!;
      if (byte > COMMA) {
        bytes[end++] = byte;
        continue;
      }
      if (byte === CELL_END) break;
      if (byte === COMMA || byte === QUOTE || byte === CARRIAGE_RETURN || byte === LINE_FEED)
        return this.quotedCell(rows, from, to, out, mayBeFormula);
      if (this.hasEscapes && beginsCode(byte)) {
        bytes[end++] = codedCharacter(rows, at);
        at += codeLength(rows, at) - 1;
      } else {
        bytes[end++] = byte;
      }
    }
    out.length = end;
    return at;
  }

  /** As `cell`, in quotes. */
  private quotedCell(rows: Uint8Array, from: number, to: number, out: ByteBuffer, mayBeFormula: boolean): number {
    const { bytes } = out;
    let end = out.length;
    let at = from;
    bytes[end++] = QUOTE;
    if (mayBeFormula && beginsFormula(rows, from)) bytes[end++] = APOSTROPHE;
    for (; at < to; at++) {
      const byte = rows[at]!;
      if (byte === CELL_END) break;
      if (byte === QUOTE) bytes[end++] = QUOTE;
      if (this.hasEscapes && beginsCode(byte)) {
        bytes[end++] = codedCharacter(rows, at);
        at += codeLength(rows, at) - 1;
      } else {
        bytes[end++] = byte;
      }
    }
    bytes[end++] = QUOTE;
    out.length = end;
    return at;
  }
}
