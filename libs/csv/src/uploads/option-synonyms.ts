/**
 * What other programs call the options: pandas, DuckDB, Papa Parse, R, PostgreSQL, spreadsheets, and words of our own answers. By option, in
 * small letters without punctuation. They are suggested where an option is unknown, and are no second names of it.
 */
const CALLED_ELSEWHERE: Readonly<Record<string, string>> = {
  delimiter:
    'sep separator delim fieldseparator fieldsep fielddelimiter columndelimiter columnseparator colsep delimiterchar fieldsterminatedby',
  quote: 'quotechar quotecharacter quoting quotes quotemark textqualifier textdelimiter enclosure enclosedby',
  escape: 'escapechar escapecharacter escapedby escapeformat',
  encoding: 'charset codepage characterset characterencoding fileencoding locale',
  decimal: 'decimalseparator decimalmark decimalpoint decimalsign decimalcomma dec',
  thousands:
    'thousandsseparator thousandseparator thousandssep thousandsmark groupingmark groupseparator digitgrouping bigmark',
  date_format:
    'dateformats dateorder datestyle dayfirst datepattern dateparser parsedates timestampformat datetimeformat formatofdates',
  skip: 'skiprows skiplines skipheader skipleadingrows startrow firstrow headerrow headerline preamble preamblelines offset ignorefirst',
  header: 'headers hasheader hasheaders firstrowisheader firstrowasheader firstlineisheader useheader noheader',
  trim: 'strip stripwhitespace skipinitialspace trimws trimwhitespace trimspaces ignoresurroundingspaces whitespace',
  comment: 'commentchar commentprefix commentmark commentlines skipcommentlines',
  skip_after_header: 'skipunits units unitsrow unitrow skipdatarows skipfirstrows',
  skip_footer: 'footer footerlines footerrows skiplast skiplastrows skiplastlines skipend skiptail ignorelast',
  names: 'columns columnnames colnames fieldnames headernames newcolumns',
  types: 'dtype dtypes type coltypes columntypes colclasses columnstypes converters schema',
  null_values:
    'navalues na nastrings nastring nullstr nullstring nullvalue null nulls nan missing missingvalues emptyvalues nanvalues',
  max_rejects:
    'maxerrors maxbadrecords maxbadrows errorlimit onbadlines badlines ignoreerrors skiperrors storerejects rejectslimit rejects',
  filename: 'name file originalfilename',
};

/** By what they are called elsewhere. */
export const OPTION_SYNONYMS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(CALLED_ELSEWHERE).flatMap(([option, words]) => words.split(' ').map((word) => [word, [option]])),
);
