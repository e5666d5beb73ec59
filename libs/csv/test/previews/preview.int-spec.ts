import { EncodingScanner } from '@app/csv-format';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arbDialect, arbTable } from '../../../../test/support/csv/arbitraries.js';
import { uploadOptions } from '../../../../test/support/csv/dialect.js';
import { writeCsv } from '../../../../test/support/csv/writer.js';
import { PREVIEW_BYTES, previewOf } from '../../src/previews/preview.js';
import type { UploadOptions } from '../../src/uploads/upload-options.js';
import { loadAwkwardFiles } from '../awkward-files.js';
import { IngestBench, type IngestedUpload } from '../ingest/ingest-bench.js';

let bench: IngestBench;
beforeAll(async () => {
  bench = await IngestBench.start({ INGEST_BATCH_ROWS: '7' });
});
afterAll(() => bench?.stop());

interface Preview {
  dialect: object | null;
  columns: { key: string }[];
  rows: { row_id: number; data: Record<string, unknown> }[];
  preamble: string[];
  footer: string[];
  errors: object[];
  is_whole_file: boolean;
}

/** @returns the code of the refusal, or the preview */
async function preview(content: Buffer, options: UploadOptions = {}): Promise<Preview | string> {
  const scanner = new EncodingScanner(options.encoding);
  scanner.push(content);
  const { encoding, bom, confidence } = scanner.end();
  const answer = await previewOf({
    bytes: new Uint8Array(content),
    isWhole: true,
    options,
    encoding: { encoding, bom, confidence },
  });
  return 'refused' in answer ? answer.refused : JSON.parse(answer.json);
}

/** What is stored as a text, and what a typed value was read from. */
const asText = (value: unknown): string | null => (value === null ? null : String(value));
const isText = (value: unknown): boolean => typeof value === 'string' || value === null;

async function expectAgreement(content: Buffer, options: UploadOptions): Promise<void> {
  const upload = await bench.ingest(content, options);
  const found = await preview(content, options);
  if (typeof found === 'string') {
    expect(upload.errors[0]).toMatchObject({ code: found });
    return;
  }
  expect(found.errors).toEqual(upload.errors);
  expect(found.is_whole_file).toBe(true);
  if (upload.status === 'completed') expectSameTable(found, upload);
  else expect(found.rows).toEqual([]);
}

function expectSameTable(found: Preview, upload: IngestedUpload): void {
  expect(found.dialect).toEqual(upload.dialect);
  expect(found.columns).toEqual(upload.columns);
  expect(found.preamble).toEqual(upload.preamble);
  expect(found.footer).toEqual(upload.footer?.lines ?? []);
  expect(found.rows.map(({ row_id }) => row_id)).toEqual(upload.numbers.slice(0, 20));
  for (const [row, { data }] of found.rows.entries()) {
    const values = upload.columns.map(({ key }) => data[key]);
    const stored = upload.cells[row]!;
    expect(values.map((value) => value === null)).toEqual(stored.map((cell) => cell === null));
    const texts = (cells: unknown[]) => cells.filter((_, column) => isText(values[column])).map(asText);
    if (upload.columns.every(({ type }) => type === 'text')) expect(texts(values)).toEqual(texts(stored));
  }
}

describe('a preview of a file', () => {
  const { completed, failed } = loadAwkwardFiles();

  it.each(
    [...completed, ...failed]
      .filter(({ content }) => content.length <= PREVIEW_BYTES)
      .map((file) => [file.name, file] as const),
  )('says what the upload then has: %s', async (_name, { content, expected: { options = {} } }) =>
    expectAgreement(content, options),
  );

  it('says what the upload then has, for any table, declared or not', async () => {
    const arbFile = arbDialect.chain((dialect) =>
      fc.record({ dialect: fc.constant(dialect), table: arbTable(dialect) }),
    );
    await fc.assert(
      fc.asyncProperty(arbFile, fc.boolean(), async ({ dialect, table }, isDeclared) => {
        await expectAgreement(writeCsv(table, dialect), isDeclared ? uploadOptions(dialect) : {});
      }),
      { numRuns: 150 },
    );
  }, 120_000);
});
