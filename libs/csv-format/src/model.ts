export const COLUMN_TYPES = ['integer', 'number', 'boolean', 'date', 'datetime', 'text'] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

export const NEWLINES = ['lf', 'crlf', 'cr', 'mixed'] as const;
export type Newline = (typeof NEWLINES)[number];

/** A column of a table: the normalised key of its values, and the header as it is in the file. */
export interface CsvColumn {
  key: string;
  name: string;
  type: ColumnType;
  /** From 1, in file order. */
  position: number;
  /** How its numbers or days are written, such as `1.234,56` or `DD.MM.YYYY`; null for the form of the type that needs none. */
  format: string | null;
  /** Texts that stand for an empty cell. */
  null_values: string[];
  /** The type that nearly all of its values have. */
  would_be: WouldBe | null;
}

/** A type that nearly all values of a column have: all but one, all but at most one in a hundred, or all but those of the last records. */
export interface WouldBe {
  type: ColumnType;
  exceptions: number;
  /** The first of these values and its row. */
  first: { row_id: number; value: string };
  /** How many records at the end of the file hold all of them, with the footer; absent where others do too. */
  skip_footer?: number;
}

/** How a file is written: each part either detected or declared. */
export interface Dialect {
  delimiter: string;
  /** Empty: nothing is quoted. */
  quote: string;
  escape: string;
  encoding: string;
  newline: Newline;
  has_header: boolean;
  preamble_lines: number;
  decimal: '.' | ',';
  /** The mark between groups of three digits. Empty: none. */
  thousands: string;
  /** Whether blanks beside delimiters are no part of the cells. */
  trim: boolean;
  /** What a line begins with that is a comment. Empty: no line is one. */
  comment: string;
  /** 0 to 1. */
  confidence: number;
}

/** What is declared about how a file is to be read; what is absent is detected. */
export interface DialectOptions {
  delimiter?: string;
  quote?: string;
  /** `doubled`: the quote itself, whichever it is. */
  escape?: string;
  encoding?: string;
  decimal?: '.' | ',';
  /** Physical lines before the table. */
  skip?: number;
  header?: 'true' | 'false' | 'auto';
  trim?: 'auto' | 'true' | 'false';
  /** What lines that are comments begin with. */
  comment?: string;
  /** Records directly below the header that are no rows. */
  skip_after_header?: number;
  /** Records at the end of the file that are no rows. */
  skip_footer?: number;
  /** The names of the columns, in file order; they replace those of the header. */
  names?: string[];
  /** By key or name of a column. */
  types?: Record<string, ColumnType>;
  /** Cells that stand for no value, besides the empty one. */
  null_values?: string[];
  thousands?: string;
  /** The order and form of dates, such as `DD.MM.YYYY`. */
  date_format?: string;
}

/** How a file's text is encoded, by all of its bytes. */
export interface FileEncoding {
  /** A name of `encodings.ts`. */
  encoding: string;
  bom: boolean;
  /** 0 to 1: for a file that is no UTF-8 and has no byte order mark it is a guess. */
  confidence: number;
}

/** What the owner of a file should know about how it is read. */
export interface Warning {
  code:
    | 'records_skipped'
    | 'second_header'
    | 'delimiter_uncertain'
    | 'delimiter_absent'
    | 'single_column'
    | 'quoting_uncertain'
    | 'header_uncertain'
    | 'header_width'
    | 'line_breaks_uncertain'
    | 'encoding_uncertain'
    | 'decimal_uncertain'
    | 'date_order_uncertain'
    | 'text_by_exception';
  message: string;
  /** How many lines it is about; 1 for the file as a whole. */
  count: number;
  /** The first of these lines in the file, from 1. Left out where it is not known, behind the first MiB. */
  first_line?: number;
  /** The key of the column that it is about. */
  column?: string;
}
