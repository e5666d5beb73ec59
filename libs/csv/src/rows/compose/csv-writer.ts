import { CELL_SEPARATOR, type CsvColumn, unescapeCell } from '@app/csv-format';
import type { RowWriter, WrittenUpload } from './row-writer.js';

const LINE_END = '\r\n';
/** What must be quoted (RFC 4180). */
const NEEDS_QUOTES = /[",\r\n]/;
/** What a spreadsheet takes for the start of a formula (OWASP, CSV injection). */
const FORMULA_START = /^[=+\-@\t\r]/;

const quoted = (text: string): string => (NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The first line of an export (RFC 4180): the file's headers, or the key where a header is empty. */
export function csvHeader(columns: readonly CsvColumn[], escapeFormulas: boolean): string {
  const names = columns.map(({ name, key }) => {
    const header = name === '' ? key : name;
    return quoted(escapeFormulas && FORMULA_START.test(header) ? `'${header}` : header);
  });
  return names.join(',') + LINE_END;
}

/**
 * Writes a row as a line of CSV with the given columns: exact texts, quoted where RFC 4180 requires it; empty cells as nothing. The
 * empty cell of a single column is written as `""`, because an empty line is no record.
 */
export class CsvWriter implements RowWriter {
  private readonly places: { at: number; isText: boolean }[];
  private readonly width: number;
  private readonly hasEscapes: boolean;
  readonly bytesPerRow = LINE_END.length;

  constructor(
    upload: WrittenUpload,
    columns: readonly CsvColumn[],
    private readonly escapeFormulas: boolean,
  ) {
    this.places = columns.map(({ position, type }) => ({ at: position - 1, isText: type === 'text' }));
    this.width = Math.max(...columns.map(({ position }) => position));
    this.hasEscapes = upload.has_escapes;
  }

  write(row: string): string {
    const cells = row.split(CELL_SEPARATOR, this.width);
    if (this.places.length === 1) return (this.cell(cells, this.places[0]!) || '""') + LINE_END;
    let line = '';
    for (const [index, place] of this.places.entries()) {
      if (index > 0) line += ',';
      line += this.cell(cells, place);
    }
    return line + LINE_END;
  }

  private cell(cells: string[], { at, isText }: { at: number; isText: boolean }): string {
    const text = this.hasEscapes ? unescapeCell(cells[at]!) : cells[at]!;
    return quoted(this.escapeFormulas && isText && FORMULA_START.test(text) ? `'${text}` : text);
  }
}
