import type { Warning } from '@app/csv-format';
import type { NoteCode } from '../ingest/batches/record-notes.js';
import type { RejectCode } from '../ingest/batches/reject-codes.js';
import type { FailureCode } from '../ingest/ingest-failures.js';

/** What an owner reads about a code: when it occurs, and what can be done. */
export interface CodeNote {
  when: string;
  todo: string;
}

/** Codes of warnings that neither detection nor the records give. */
type OtherWarningCode = 'footer_lines' | 'rows_skipped_by_option' | 'date_order_uncertain' | 'text_by_exception';

/** Every warning that an upload may have in `errors`. A clean, ordinary file has none. */
export const UPLOAD_WARNINGS = {
  records_skipped: {
    when: 'Lines above the table have as many cells as the table, and are taken for titles or notes.',
    todo: 'If they are rows, declare `skip=0` and `header=false`.',
  },
  second_header: {
    when: 'Lines within the table look like headers, or the first below the header holds units or a rule of dashes. They are kept as rows.',
    todo: 'The file may hold several tables: divide it. Leave that line out with `skip_after_header=1`.',
  },
  delimiter_uncertain: {
    when: 'The file fits another delimiter, or a single column, nearly as well.',
    todo: 'Declare `delimiter=`.',
  },
  delimiter_absent: {
    when: 'The declared delimiter divides no line at the beginning of the file, or hardly any.',
    todo: 'Look at the columns; leave the option out to have the delimiter detected.',
  },
  single_column: {
    when: 'The file is read as one column, though its lines hold a likely delimiter.',
    todo: 'If it is the delimiter, declare it with `delimiter=`.',
  },
  quoting_uncertain: {
    when: 'Which quote the file uses, or how a quote within a cell is written, is a guess.',
    todo: 'Declare `quote=` and `escape=`.',
  },
  header_uncertain: {
    when: 'It is a guess whether the first record names the columns or where the table begins, or the header was read in another way than the records.',
    todo: 'Declare `header=true` or `header=false`, and `skip=` for lines above it.',
  },
  header_width: {
    when: 'The header has fewer cells than the records.',
    todo: 'Compare the names with the values of the first row.',
  },
  line_breaks_uncertain: {
    when: 'The file is a single line, and holds characters that some programs write as line breaks: U+2028, U+0085, record separators, vertical tabs or form feeds. They are read as text.',
    todo: 'If they are line breaks, replace them by line feeds.',
  },
  encoding_uncertain: {
    when: 'The encoding is a guess, or some words are in another one.',
    todo: 'Compare letters with accents or of other scripts; declare `encoding=`.',
  },
  decimal_uncertain: {
    when: 'Numbers could have a decimal point or a decimal comma.',
    todo: 'Declare `decimal=`.',
  },
  date_order_uncertain: {
    when: 'No date in a column shows whether the day or the month comes first, so the column is text.',
    todo: 'Declare `date_format=`.',
  },
  text_by_exception: {
    when: 'A declared type, or the type of all but a few of its values, does not hold for every value of the column, so the column is text; or `date_format`, `decimal` or `thousands` makes text of numbers or days.',
    todo: 'Look at the first exception; declare what stands for no value with `null_values=`, and leave totals at the end out with `skip_footer=`; correct the option that the message names.',
  },
  short_records: {
    when: 'Records have fewer cells than there are columns; the missing cells are null.',
    todo: 'Look at the first of them: if cells are missing in the middle, correct the file.',
  },
  long_records: {
    when: 'Records have more cells than there are columns. The surplus cells are empty, and are dropped.',
    todo: 'Look at the first of them: its values may be in the wrong columns.',
  },
  literal_quotes: {
    when: 'Records, or the header, have malformed quotes, and have the width of the table only if the quotes are read as text.',
    todo: 'Look at the first of them; double the quotes within cells.',
  },
  bom_removed: {
    when: 'Records begin with a byte order mark, as where files were joined. It is no part of the cell.',
    todo: 'Nothing. Where files were joined, the header of the second may be among the rows.',
  },
  trimmed: {
    when: 'Blanks beside the delimiters were removed, because nearly all cells have them or `trim=true` says so.',
    todo: 'If they belong to the cells, declare `trim=false`.',
  },
  comment_lines: {
    when: 'Lines begin with the declared comment mark. `lines` has the first 20 of them.',
    todo: 'If they are rows, leave `comment=` out. Lines that `skip=` passes over are part of the preamble instead.',
  },
  rows_skipped_by_option: {
    when: 'Records were left out by `skip_after_header` or `skip_footer`.',
    todo: 'Nothing, if these are the ones you meant.',
  },
  footer_lines: {
    when: 'The last block of lines stands behind a blank line, and none of them has the width of the records. They are no rows, and are in `footer`.',
    todo: 'If they are records, remove the blank line.',
  },
} satisfies Record<Warning['code'] | NoteCode | OtherWarningCode, CodeNote>;

/** Why an upload fails: the first entry in `errors`. It has no rows then. */
export const UPLOAD_FAILURES = {
  csv_empty: { when: 'The file has no record.', todo: 'Upload a file with records.' },
  csv_no_columns: { when: 'There is no column behind the skipped lines.', todo: 'Lower `skip=`.' },
  header_unreadable: {
    when: 'The header opens a quote that is not closed, or does not end within 1 MiB.',
    todo: 'Declare the lines above the header with `skip=`, or correct its quotes.',
  },
  header_too_long: {
    when: 'The name of a column is longer than 1,024 bytes.',
    todo: 'Shorten it, or declare `header=false`.',
  },
  names_too_long: {
    when: 'The names of all columns have more than 128 KiB together.',
    todo: 'Shorten them, declare shorter ones with `names=`, or declare `header=false`.',
  },
  null_values_too_long: {
    when: 'The texts of `null_values=`, which every column gets, have more than 128 KiB in all columns together.',
    todo: 'Declare fewer, and change the columns that need more once the upload is completed.',
  },
  too_many_columns: {
    when: 'The header has more than 2,000 columns.',
    todo: 'Declare the right delimiter, or divide the file.',
  },
  too_many_rejects: {
    when: 'More records were rejected than `max_rejects` allows; without it, more than a tenth of all and more than 1,000, or more than 100,000.',
    todo: 'Look at the rejects; if they are expected, retry with `max_rejects=`.',
  },
  all_rejected: {
    when: 'Every record was rejected, so no row is left.',
    todo: 'Look at the rejects: the delimiter or the quotes may be others. If that is expected, retry with `max_rejects=`.',
  },
  names_do_not_fit: {
    when: '`names=` has another number of names than the table has columns.',
    todo: 'Give one name for each column.',
  },
  storage_full: { when: 'The server has no room for the rows.', todo: 'Retry when there is room.' },
  file_missing: { when: 'The stored file is missing.', todo: 'Upload it again.' },
  file_changed: { when: 'The length of the stored file has changed.', todo: 'Upload it again.' },
  internal_error: { when: 'The server has a fault.', todo: 'Retry; the logs show it.' },
} satisfies Record<FailureCode, CodeNote>;

/** Why a record is rejected: `code` in `rejects/`. */
export const RECORD_REJECTS = {
  too_many_cells: {
    when: 'The record has more cells than there are columns, and one of the surplus cells is not empty.',
    todo: 'Quote the cell that holds a delimiter.',
  },
  nul_character: { when: 'The record holds a NUL character.', todo: 'Remove it.' },
  invalid_encoding: {
    when: 'The record holds bytes that are not valid in the encoding of the file.',
    todo: 'Declare the right `encoding=`, or correct the bytes.',
  },
  field_too_long: { when: 'A cell is longer than 512 KiB.', todo: 'Shorten it.' },
  unclosed_quote: {
    when: 'The line opens a quote that is not closed on it, nor by a later line.',
    todo: 'Close or double the quote.',
  },
  malformed_quote: {
    when: 'A quoted cell holds a quote that is neither doubled nor escaped. The line has the width of the table both with and without its quotes, or in neither reading.',
    todo: 'Double the quote.',
  },
  record_too_long: {
    when: 'The record does not end within 1 MiB.',
    todo: 'Shorten it, or look for a missing quote above it.',
  },
} satisfies Record<RejectCode, CodeNote>;

/** The codes of the `errors` of an upload: warnings, and reasons why it failed. */
export const UPLOAD_FAULT_CODES = [...Object.keys(UPLOAD_WARNINGS), ...Object.keys(UPLOAD_FAILURES)];
