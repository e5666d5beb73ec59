import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IngestBench, type IngestedUpload } from '../../test/ingest/ingest-bench.js';
import { ContentInspection } from '../uploads/intake/content-inspection.js';
import { AWKWARD_FILES, type ExpectedReject, HOPELESS_FILES, USUAL_FILE } from './awkward-files.fixture.js';

let bench: IngestBench;
beforeAll(async () => {
  // Most files are one batch, those of a thousand records many.
  bench = await IngestBench.start({ INGEST_BATCH_ROWS: '1000' });
});
afterAll(() => bench?.stop());

/** What is kept of a rejected record. */
const KEPT_BYTES = 64 * 1024;

const rejectsFound = ({ rejects }: IngestedUpload) =>
  rejects.map(({ code, record_number, line_number, byte_offset, raw, raw_truncated }) => ({
    code,
    record: record_number,
    line: line_number,
    byte: byte_offset,
    raw: shown(raw),
    raw_truncated,
  }));

const rejectsExpected = (rejects: readonly ExpectedReject[] = []) =>
  rejects.map(([code, record, line, byte, raw]) => ({
    code,
    record,
    line,
    byte,
    raw: shown(Buffer.from(raw as string)),
    raw_truncated: Buffer.byteLength(raw) === KEPT_BYTES,
  }));

/** Bytes as a failure prints them legibly, and invalid ones too. */
const shown = (bytes: Buffer): string => bytes.toString('latin1');

const warningsFound = ({ errors }: IngestedUpload) =>
  errors.map(({ code, count }) => (count === undefined ? code : `${code} ${count}`));

// Each waits for the disk most of its time.
describe.concurrent('an awkward file', () => {
  it.each(AWKWARD_FILES.map((file) => [file.trouble, file] as const))(
    'becomes what the contract says: %s',
    async (_, { content, options, columns, rows, rejects = [], dialect, warnings = [] }) => {
      const bytes = Buffer.from(content as string);
      const inspection = new ContentInspection(Number.POSITIVE_INFINITY, options?.encoding);
      inspection.push(bytes);
      expect(() => inspection.end()).not.toThrow();

      const upload = await bench.ingest(bytes, options);
      const { confidence, ...found } = upload.dialect!;
      expect({
        status: upload.status,
        dialect: found,
        columns: upload.columns,
        rows: upload.cells,
        rejects: rejectsFound(upload),
        warnings: warningsFound(upload),
      }).toEqual({
        status: 'completed',
        dialect: { ...USUAL_FILE, ...dialect },
        columns: columns.map(([key, type, name = key], i) => ({ key, name, type, position: i + 1 })),
        rows,
        rejects: rejectsExpected(rejects),
        warnings,
      });
      expect(confidence).toBeGreaterThan(0);
      expect(confidence).toBeLessThanOrEqual(1);
      expect([upload.processed_rows, upload.rejected_rows]).toEqual([rows.length, rejects.length]);
      expect(upload.numbers).toEqual(rows.map((_row, i) => i + 1));
      expect(upload.keys).toEqual(rows.map(() => columns.length));
    },
  );

  it.each(HOPELESS_FILES.map((file) => [file.trouble, file] as const))(
    'fails with a code, its rejects and no rows: %s',
    async (_, { content, options, code, rejects = [] }) => {
      const upload = await bench.ingest(content, options);
      expect(upload).toMatchObject({ status: 'failed', processed_rows: 0, rejected_rows: rejects.length });
      expect(upload.errors[0]).toMatchObject({ code, message: expect.stringMatching(/\S/) });
      expect(rejectsFound(upload)).toEqual(rejectsExpected(rejects));
      expect(upload.mails.map(({ template }) => template)).toEqual(['csv-failed']);
    },
  );

  it('is one of more than 60, each with a name of its own', () => {
    const troubles = [...AWKWARD_FILES, ...HOPELESS_FILES].map(({ trouble }) => trouble);
    expect(new Set(troubles).size).toBe(troubles.length);
    expect(AWKWARD_FILES.length).toBeGreaterThanOrEqual(60);
  });

  // Without it a wrong place in the table could make one in the code look right.
  it.each(
    AWKWARD_FILES.filter(({ rejects, dialect }) => rejects && dialect?.encoding === undefined).map(
      (file) => [file.trouble, file] as const,
    ),
  )('has its rejected records where the table says: %s', (_, { content, rejects, dialect }) => {
    const bytes = Buffer.from(content as string);
    const lineBreak = { cr: /\r/, mixed: /\r\n|\r|\n/, crlf: /\n/, lf: /\n/ }[dialect?.newline ?? 'lf'];
    for (const [, , line, byte, raw] of rejects!) {
      const expected = Buffer.from(raw as string);
      expect(shown(bytes.subarray(byte, byte + expected.length))).toBe(shown(expected));
      expect(shown(bytes.subarray(0, byte)).split(lineBreak).length, `line of byte ${byte}`).toBe(line);
    }
  });
});
