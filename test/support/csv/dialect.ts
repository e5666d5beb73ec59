/** How a test file is written. What the service calls things, where it has a name for them. */
export interface CsvDialect {
  /** One character. */
  delimiter: string;
  /** Empty: nothing is quoted, and a quote is an ordinary character. */
  quote: '"' | "'" | '';
  /**
   * How a quote stands inside quotes: twice, or behind a backslash. With `backslash` a backslash inside quotes stands behind
   * one too, as in PostgreSQL's COPY with ESCAPE; outside quotes it is an ordinary character. Without a quote of no meaning.
   */
  escape: 'doubled' | 'backslash';
  newline: 'lf' | 'crlf' | 'cr';
  /** UTF-16 always has its byte order mark. */
  encoding: 'utf-8' | 'utf-8-bom' | 'utf-16le' | 'utf-16be' | 'windows-1252';
  header: boolean;
  /** Whether cells are quoted that need not be. */
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

/** The dialect as options of the upload; the newline is none, it is always found out, and without a quote the escape is none. */
export function uploadOptions({ delimiter, quote, escape: quoteInside, encoding, header }: CsvDialect) {
  return {
    delimiter,
    quote,
    ...(quote !== '' && { escape: quoteInside === 'backslash' ? '\\' : quote }),
    encoding: encoding === 'utf-8-bom' ? ('utf-8' as const) : encoding,
    header: header ? ('true' as const) : ('false' as const),
  };
}
