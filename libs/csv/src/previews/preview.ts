import { Readable } from 'node:stream';
import {
  ANY,
  alternativeDialects,
  type CsvColumn,
  columnRules,
  createTranscoder,
  type Dialect,
  detectDialect,
  type FileEncoding,
  grammarOf,
  rankEncodings,
  withEncoding,
} from '@app/csv-format';
import type { Batch } from '../ingest/batches/batch.js';
import { type BatchReaderOptions, FileBatcher, firstByteToRead } from '../ingest/batches/file-batcher.js';
import { RecordNotes } from '../ingest/batches/record-notes.js';
import { columnFindings } from '../ingest/column-findings.js';
import { DEFAULT_REJECT_LIMIT, type FailureCode, failureOf, UnreadableFile } from '../ingest/ingest-failures.js';
import { loadResult, type RecordTotals } from '../ingest/load-result.js';
import { type PlannedFile, type PlannedTable, TablePlanner } from '../ingest/table-planner.js';
import { ByteBuffer } from '../rows/compose/byte-buffer.js';
import { JsonWriter } from '../rows/compose/json-writer.js';
import { rowEnd } from '../rows/compose/stored-rows.js';
import type { UploadError } from '../uploads/upload.entity.js';
import type { UploadOptions } from '../uploads/upload-options.js';

/** How much of a file is read for a preview: as much as its dialect is detected in. */
export const PREVIEW_BYTES = 1024 * 1024;
const PREVIEW_ROWS = 20;

/** The file of a preview, or its beginning up to a line break. Plain data, because it is sent to a thread. */
export interface PreviewedFile {
  bytes: Uint8Array;
  isWhole: boolean;
  options: UploadOptions;
  encoding: FileEncoding;
}

interface Alternative {
  dialect: Dialect;
  confidence: number;
}

/** What an upload of the file would be. All but the rows, which are JSON already. */
interface Findings {
  dialect: Dialect | null;
  alternatives: Alternative[];
  columns: CsvColumn[];
  preamble: string[];
  footer: string[];
  errors: UploadError[];
}

/** A preview as JSON, or the reason why such a file is refused. */
export type PreviewAnswer = { json: string } | { refused: FailureCode; facts: UnreadableFile['facts'] };

/** An upload of such a file is refused as well, if its head shows it. */
const REFUSALS: readonly FailureCode[] = ['csv_empty', 'csv_no_columns', 'names_do_not_fit'];

/**
 * Reads a file as an ingest does, by the same code, without storing anything.
 * 1 MiB takes 0.05 to 0.3 s of CPU, and more where alternatives are read too, so it runs in a thread.
 */
export async function previewOf(file: PreviewedFile): Promise<PreviewAnswer> {
  const bytes = Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.byteLength);
  const planned: PlannedFile = {
    options: file.options,
    encoding: file.encoding,
    size_bytes: bytes.length,
    storage_key: '',
    isPart: !file.isWhole,
  };
  const createReadStream = (_key: string, { start = 0, end = bytes.length - 1 } = {}): Readable =>
    Readable.from(start > end ? [] : [bytes.subarray(start, end + 1)]);
  try {
    const table = await new TablePlanner({ createReadStream }).plan(planned);
    return answerOf(bytes, file, table);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    if (REFUSALS.includes(error.code)) return { refused: error.code, facts: error.facts };
    return { json: toJson({ ...unread(bytes, file), errors: [failureOf(error.code, error.facts)] }, [], file.isWhole) };
  }
}

/** What is known of a file whose table cannot be read. */
function unread(bytes: Buffer, { options, encoding, isWhole }: PreviewedFile): Findings {
  const name = options.encoding ?? encoding.encoding;
  const verdict = detectDialect(createTranscoder(name).write(bytes), options, isWhole);
  const certainty = options.encoding ? 1 : encoding.confidence;
  const dialect = verdict.width > 0 ? withEncoding(verdict, name, certainty) : null;
  return { dialect, alternatives: [], columns: [], preamble: [], footer: [], errors: [] };
}

function answerOf(bytes: Buffer, file: PreviewedFile, table: PlannedTable): PreviewAnswer {
  const { plan } = table;
  const { options, isWhole } = file;
  const found: Findings = {
    dialect: plan.dialect,
    alternatives: alternativesOf(bytes, file, table),
    columns: plan.columns,
    preamble: plan.preamble,
    footer: plan.footer?.lines ?? [],
    errors: plan.warnings,
  };
  const { batches, overLimit } = readRecords(bytes, file, table);
  try {
    if (overLimit) throw new UnreadableFile('too_many_rejects', { limit: options.max_rejects ?? DEFAULT_REJECT_LIMIT });
    const result = loadResult(plan, totalsOf(batches, table, isWhole), options);
    return { json: toJson({ ...found, ...result }, rowsOf(batches, result.columns), isWhole) };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    const errors = [failureOf(error.code, error.facts), ...found.errors];
    return { json: toJson({ ...found, errors }, [], isWhole) };
  }
}

function readRecords(bytes: Buffer, { options, isWhole }: PreviewedFile, { plan, position }: PlannedTable) {
  const reading: BatchReaderOptions = {
    grammar: grammarOf(plan.dialect),
    encoding: plan.dialect.encoding,
    columns: plan.columns.map(({ name }) => ({ name })),
    rules: columnRules(plan.columns, options),
    nullValues: options.null_values ?? [],
    from: { ...position, batch: 0, record: 0, row: 0 },
    batchRecords: 5_000,
    rejectLimit: options.max_rejects ?? DEFAULT_REJECT_LIMIT,
  };
  const batcher = new FileBatcher(reading);
  const batches = batcher.write(bytes.subarray(firstByteToRead(reading), plan.footer?.byte_offset ?? bytes.length));
  if (!batcher.overLimit) batches.push(...(isWhole ? batcher.end() : batcher.stop()));
  return { batches, overLimit: batcher.overLimit };
}

function totalsOf(
  batches: readonly Batch[],
  { plan, position, comments }: PlannedTable,
  isWhole: boolean,
): RecordTotals {
  const notes = new RecordNotes();
  if (comments) notes.merge({ comment_lines: comments });
  for (const batch of batches) notes.merge(batch.notes);
  const rows = batches.reduce((sum, { rowCount }) => sum + rowCount, 0);
  const rejects = batches.reduce((sum, batch) => sum + batch.rejects.count, 0);
  return {
    rows,
    rejects,
    rowsAtEnd: isWhole ? rows + rejects - Math.max(0, ...batches.map((batch) => batch.rejects.last)) : 0,
    notes: notes.all(),
    lines: batches.at(-1)?.end.line ?? position.line,
    columns: columnFindings(
      plan.columns.map((_, column) => ({
        readings: batches.reduce((left, { evidence }) => left & evidence.readings[column]!, ANY),
        filled: batches.reduce((sum, { evidence }) => sum + evidence.filled[column]!, 0),
      })),
      batches.flatMap(({ evidence }) => evidence.exceptions),
    ),
    firstLine: position.line + 1,
  };
}

/** The first rows, each as JSON in the form that `data/` gives it. */
function rowsOf(batches: readonly Batch[], columns: readonly CsvColumn[]): string[] {
  const rows: string[] = [];
  for (const { rows: payload, rowCount } of batches) {
    const writer = new JsonWriter({ has_escapes: payload.hasEscapes }, columns, 'typed');
    for (let at = 0, row = 0; row < rowCount && rows.length < PREVIEW_ROWS; row++) {
      const end = rowEnd(payload.text, at);
      const out = new ByteBuffer(end - at);
      writer.write(payload.text, at, end, out);
      rows.push(`{"row_id":${rows.length + 1},"data":${out.take().toString()}}`);
      at = end + 1;
    }
  }
  return rows;
}

/** Other dialects, and the same in other encodings, most likely first. */
function alternativesOf(bytes: Buffer, file: PreviewedFile, { plan, sample, verdict }: PlannedTable): Alternative[] {
  const { options, encoding, isWhole } = file;
  const certainty = options.encoding ? 1 : encoding.confidence;
  const dialects = alternativeDialects(sample, options, isWhole, verdict).map(({ dialect, confidence }) => {
    const share = round(confidence * certainty);
    return { dialect: { ...dialect, encoding: plan.dialect.encoding, confidence: share }, confidence: share };
  });
  const isGuess = certainty < 1 && !encoding.bom;
  const encodings = (isGuess ? rankEncodings(bytes) : [])
    .filter((other) => other.encoding !== encoding.encoding)
    .map((other): Alternative => {
      const share = round(Math.min(plan.dialect.confidence, verdict.dialect.confidence * other.confidence));
      return { dialect: { ...plan.dialect, encoding: other.encoding, confidence: share }, confidence: share };
    });
  return [...dialects, ...encodings]
    .filter(({ confidence }) => confidence > 0)
    .sort((a, b) => b.confidence - a.confidence);
}

const round = (share: number): number => Math.round(share * 1000) / 1000;

function toJson(found: Findings, rows: readonly string[], isWholeFile: boolean): string {
  const { dialect, alternatives, columns, ...rest } = found;
  const before = JSON.stringify({ dialect, alternatives, columns });
  const after = JSON.stringify({ ...rest, is_whole_file: isWholeFile });
  return `${before.slice(0, -1)},"rows":[${rows.join(',')}],${after.slice(1)}`;
}
