export { isCalendarDay } from './columns/calendar.js';
export {
  ColumnEvidence,
  type ColumnRule,
  type Exceptions,
  NO_RULE,
  type ValuePlace,
} from './columns/column-evidence.js';
export {
  isOrderOpen,
  isoText,
  plainNumber,
  readDayFormat,
  readingsLike,
  readingsOf,
  readNumberFormat,
  typeAndFormatOf,
  typeOfFormat,
} from './columns/column-formats.js';
export { allowedReadings, columnRules, readingsOfType } from './columns/column-rules.js';
export { narrow } from './columns/column-types.js';
export { MOST_FRACTION_DIGITS } from './columns/date-forms.js';
export { type ColumnFindings, decideColumns, nearType } from './columns/decide-columns.js';
export { headerKeys } from './columns/header-keys.js';
export { ANY, NONE, type Readings, withoutEmptyProperty } from './columns/readings.js';
export { shownValue } from './columns/shown-value.js';
export { SNIFF_BYTES, sniffBinary } from './content/sniff-binary.js';
export { sniffMarkup } from './content/sniff-markup.js';
export { alternativeDialects } from './dialect/alternatives.js';
export { type DialectVerdict, detectDialect, SAMPLE_BYTES, withEncoding } from './dialect/detect-dialect.js';
export { detectFile, type FileVerdict } from './dialect/detect-file.js';
export {
  conflictsOf,
  OPTION_NAMES,
  type OptionFault,
  readDialectOptions,
  readParameter,
} from './dialect/dialect-options.js';
export { encodingWarnings } from './dialect/dialect-warnings.js';
export { type Footer, findFooter, TAIL_BYTES } from './dialect/footer.js';
export { countOption } from './dialect/option-values.js';
export { findByteOrderMark } from './encoding/byte-order-mark.js';
export { rankEncodings } from './encoding/encoding-judge.js';
export { EncodingScanner, type EncodingVerdict } from './encoding/encoding-scanner.js';
export { ENCODINGS } from './encoding/encodings.js';
export { decodeFileText, encodeFileText, fileMark } from './encoding/file-text.js';
export { createTranscoder, type Transcoder } from './encoding/transcode.js';
export {
  COLUMN_TYPES,
  type ColumnType,
  type CsvColumn,
  type Dialect,
  type DialectOptions,
  type FileEncoding,
  NEWLINES,
  type Warning,
  type WouldBe,
} from './model.js';
export { MAX_RECORD_BYTES } from './records/careful-reader.js';
export { type CsvGrammar, grammarOf } from './records/grammar.js';
export {
  CELL_SEPARATOR,
  escapeCell,
  joinCells,
  needsEscape,
  ROW_SEPARATOR,
  splitCells,
  unescapeCell,
} from './records/joined-cells.js';
export { lastRecords } from './records/last-records.js';
export {
  type CountedLines,
  type CsvRecord,
  NoHeader,
  type RejectedLine,
  readRecords,
  readTableStart,
  type TableStart,
  UnreadableHeader,
} from './records/read-table.js';
export { RecordKernel, type RowTarget } from './records/record-kernel.js';
export {
  MAX_RAW_BYTES,
  RecordReader,
  type RecordSink,
  type RecordTraits,
  type RowChange,
  type RowSink,
} from './records/record-reader.js';
export { SHOWN_LINES, shownLine, shownLines } from './records/shown-lines.js';
export type { SourceCounter } from './records/synced-source.js';
export {
  lineStartIn,
  PositionTracker,
  sourceCounter,
  type TextPosition,
} from './records/text-position.js';
