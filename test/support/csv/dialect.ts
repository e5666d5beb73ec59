/** How a test file is written, with the service's names where it has them. */
export interface CsvDialect {
  /** One character. */
  delimiter: string;
  /** Empty: nothing is quoted, and a quote is an ordinary character. */
  quote: '"' | "'" | '';
  /**
   * How a quote inside quotes is written: doubled or after a backslash. With `backslash`, a backslash inside quotes is escaped too,
   * as in PostgreSQL's COPY with ESCAPE; outside quotes it is an ordinary character. Has no meaning without a quote.
   */
  escape: 'doubled' | 'backslash';
  newline: 'lf' | 'crlf' | 'cr';
  /** UTF-16 always has its byte order mark. */
  encoding: 'utf-8' | 'utf-8-bom' | 'utf-16le' | 'utf-16be' | 'windows-1252';
  header: boolean;
  /** Whether all cells are quoted or only those that need it. */
  quoting: 'minimal' | 'all';
  /** Whether the last record ends with a newline, too. */
  finalNewline: boolean;
}

/** RFC 4180 with the newline that most files have. */
export const PLAIN: CsvDialect = {
  delimiter: ',',
  quote: '"',
  escape: 'doubled',
  newline: 'lf',
  encoding: 'utf-8',
  header: true,
  quoting: 'minimal',
  finalNewline: true,
};

export const NEWLINES = { lf: '\n', crlf: '\r\n', cr: '\r' } as const;

/** The dialect as options of an upload. There is no option for the newline, which is always detected, and no escape without a quote. */
export function uploadOptions({ delimiter, quote, escape: quoteInside, encoding, header }: CsvDialect) {
  return {
    delimiter,
    quote,
    ...(quote !== '' && { escape: quoteInside === 'backslash' ? '\\' : quote }),
    encoding: encoding === 'utf-8-bom' ? ('utf-8' as const) : encoding,
    header: header ? ('true' as const) : ('false' as const),
  };
}
