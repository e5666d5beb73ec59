import { MAX_RECORD_BYTES } from '@app/csv-format';

/** One cell of a record. A record may have 1 MiB, so its longest cell leaves room for the other cells. */
export const MAX_FIELD_BYTES = 512 * 1024;

/** Why a record is rejected. Clients may branch on these codes: they never change their meaning. */
export const REJECT_CODES = [
  'too_many_cells',
  'nul_character',
  'invalid_encoding',
  'field_too_long',
  'unclosed_quote',
  'malformed_quote',
  'record_too_long',
] as const;
export type RejectCode = (typeof REJECT_CODES)[number];

/** The sentence that the owner of a rejected record reads. @param facts.column name of the faulty column, if one is at fault */
export function rejectMessage(
  code: RejectCode,
  facts: { cells?: number; columns?: number; column?: string } = {},
): string {
  const where = facts.column === undefined ? '' : ` in column ${JSON.stringify(facts.column)}`;
  switch (code) {
    case 'too_many_cells':
      return `The record has ${facts.cells} cells, but the file has ${facts.columns} columns.`;
    case 'nul_character':
      return `The record contains a NUL character${where}, which the database cannot store.`;
    case 'invalid_encoding':
      return `The record contains bytes that are not valid in the encoding of the file${where}.`;
    case 'field_too_long':
      return `A cell is longer than ${MAX_FIELD_BYTES} bytes${where}.`;
    case 'unclosed_quote':
      return 'The line opens a quote that is not closed.';
    case 'malformed_quote':
      return 'A quoted cell contains a quote that is neither doubled nor escaped, and the cells of the line do not fit the columns.';
    case 'record_too_long':
      return `The record does not end within ${MAX_RECORD_BYTES} bytes.`;
  }
}
