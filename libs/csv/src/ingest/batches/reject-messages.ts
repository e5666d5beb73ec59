import { MAX_RECORD_BYTES } from '@app/csv-format';
import { MAX_FIELD_BYTES } from '../limits.js';
import type { RejectCode } from './batch.js';

/** What a rejected record's owner reads. `column`: name of the column at fault, where one is. */
export function rejectMessage(
  code: RejectCode,
  facts: { cells?: number; columns?: number; column?: string } = {},
): string {
  const where = facts.column === undefined ? '' : ` in column ${JSON.stringify(facts.column)}`;
  switch (code) {
    case 'too_many_cells':
      return `The record has ${facts.cells} cells, the file ${facts.columns} columns.`;
    case 'nul_character':
      return `The record holds a NUL character${where}, which no database text can.`;
    case 'invalid_encoding':
      return `The record holds bytes that are not valid in the encoding of the file${where}.`;
    case 'field_too_long':
      return `A cell is longer than ${MAX_FIELD_BYTES} bytes${where}.`;
    case 'unclosed_quote':
      return 'The line opens a quote that is not closed.';
    case 'malformed_quote':
      return 'The line has a quote inside a quoted cell that is neither doubled nor escaped, and its cells do not fit the columns.';
    case 'record_too_long':
      return `The record has not ended within ${MAX_RECORD_BYTES} bytes.`;
  }
}
