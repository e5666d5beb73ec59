import { FAILURE_CODES } from '../ingest/ingest-failures.js';

/** What was passed over, guessed with doubt or shifted, though the upload goes on. Clients may branch on these codes. */
const WARNING_CODES = [
  'records_skipped',
  'second_header',
  'delimiter_uncertain',
  'quoting_uncertain',
  'header_uncertain',
  'encoding_uncertain',
  'decimal_uncertain',
  'date_order_uncertain',
  'single_column',
  'short_records',
  'long_records',
  'header_width',
  'footer_lines',
  'literal_quotes',
  'rows_skipped_by_option',
  'trimmed',
  'bom_removed',
  'text_by_exception',
] as const;

/** The codes of the `errors` of an upload: warnings, and reasons why it failed. */
export const UPLOAD_FAULT_CODES = [...WARNING_CODES, ...FAILURE_CODES] as const;
