import { CELL_SEPARATOR, type CsvColumn, unescapeCell } from '@app/csv-format';
import { decimalOf } from '../request/columns.js';
import type { ValueForm } from '../request/rows-query.js';
import type { RowWriter, WrittenUpload } from './row-writer.js';

/** What JSON writes with a backslash, except for U+001F, which separates cells. */
const NEEDS_BACKSLASH = /["\\\x00-\x1e]/;

type CellForm = 'text' | 'as it is' | 'decimal comma' | 'lower case';

interface Member {
  /** The place of the cell in the row, from 0. */
  place: number;
  form: CellForm;
  /** `{"key":` or `,"key":`. */
  name: string;
}

/**
 * Writes a row as a JSON object with the given columns. Texts of numbers and booleans are valid JSON, except for a decimal comma and
 * capital letters.
 */
export class JsonWriter implements RowWriter {
  private readonly members: Member[];
  /** How many cells of a row are looked at. */
  private readonly width: number;
  private readonly hasEscapes: boolean;
  readonly bytesPerRow: number;

  /** @param end what is written behind each object */
  constructor(
    upload: WrittenUpload,
    columns: readonly CsvColumn[],
    values: ValueForm,
    private readonly end = '',
  ) {
    this.members = columns.map((column, index) => ({
      place: column.position - 1,
      form: values === 'text' ? 'text' : formOf(column, upload),
      name: `${index === 0 ? '{' : ','}${JSON.stringify(column.key)}:`,
    }));
    this.width = Math.max(...columns.map(({ position }) => position));
    this.hasEscapes = upload.has_escapes;
    this.bytesPerRow = this.members.reduce((sum, { name }) => sum + Buffer.byteLength(name) + 2, 0);
  }

  write(row: string): string {
    const cells = row.split(CELL_SEPARATOR, this.width);
    const isPlain = !NEEDS_BACKSLASH.test(row);
    let json = '';
    for (const { place, form, name } of this.members) {
      const cell = cells[place]!;
      if (cell === '') json += `${name}null`;
      else if (form !== 'text') json += name + literalOf(cell, form);
      else if (isPlain) json += `${name}"${cell}"`;
      else json += name + JSON.stringify(this.hasEscapes ? unescapeCell(cell) : cell);
    }
    return `${json}}${this.end}`;
  }
}

function formOf({ type }: CsvColumn, upload: WrittenUpload): CellForm {
  switch (type) {
    case 'integer':
      return 'as it is';
    case 'number':
      return decimalOf(upload) === ',' ? 'decimal comma' : 'as it is';
    case 'boolean':
      return 'lower case';
    default:
      return 'text';
  }
}

function literalOf(cell: string, form: Exclude<CellForm, 'text'>): string {
  if (form === 'as it is') return cell;
  return form === 'lower case' ? cell.toLowerCase() : cell.replace(',', '.');
}
