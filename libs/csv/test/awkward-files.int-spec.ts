import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ContentInspection } from '../src/uploads/intake/content-inspection.js';
import { UPLOAD_WARNINGS } from '../src/uploads/upload-codes.js';
import { type ExpectedReject, loadAwkwardFiles } from './awkward-files.js';
import { IngestBench, type IngestedUpload } from './ingest/ingest-bench.js';

const { completed, failed } = loadAwkwardFiles();

let bench: IngestBench;
beforeAll(async () => {
  // Most files fit into one batch; those of thousands of records need several.
  bench = await IngestBench.start({ INGEST_BATCH_ROWS: '1000' });
});
afterAll(() => bench?.stop());

/** How many bytes are kept of a rejected record. */
const KEPT_BYTES = 64 * 1024;

const foundRejects = ({ rejects }: IngestedUpload) =>
  rejects.map(({ code, record_number, line_number, byte_offset, raw, raw_truncated }) => ({
    code,
    record: record_number,
    line: line_number,
    byte: byte_offset,
    raw: printable(raw),
    raw_truncated,
  }));

const expectedRejects = (rejects: readonly ExpectedReject[]) =>
  rejects.map(({ raw, ...reject }) => ({
    ...reject,
    raw: printable(raw),
    raw_truncated: raw.length === KEPT_BYTES,
  }));

/** One character for each byte, so that the message of a failure shows invalid bytes too. */
const printable = (bytes: Buffer): string => bytes.toString('latin1');

const foundWarnings = ({ errors }: IngestedUpload) => errors.map(({ code, count }) => ({ code, count }));

// Each test mostly waits for the disk.
describe.concurrent('an awkward file', () => {
  it.each(completed.map((file) => [file.name, file.expected.title, file] as const))(
    'is ingested as the contract says: %s, %s',
    async (_name, _title, { content, expected: { options, columns, rows, rejects, dialect, warnings } }) => {
      const inspection = new ContentInspection(Number.POSITIVE_INFINITY, options?.encoding);
      inspection.push(content);
      expect(() => inspection.end()).not.toThrow();

      const upload = await bench.ingest(content, options);
      const { confidence, ...found } = upload.dialect!;
      expect({
        status: upload.status,
        dialect: found,
        columns: upload.columns.map(({ key, type, name, format, position }) => ({ key, type, name, format, position })),
        rows: upload.cells,
        rejects: foundRejects(upload),
        warnings: foundWarnings(upload),
      }).toEqual({
        status: 'completed',
        dialect,
        columns: columns.map((column, i) => ({ ...column, position: i + 1 })),
        rows,
        rejects: expectedRejects(rejects),
        warnings,
      });
      for (const { code } of upload.errors) expect(UPLOAD_WARNINGS).toHaveProperty(code);
      expect(confidence).toBeGreaterThan(0);
      expect(confidence).toBeLessThanOrEqual(1);
      expect([upload.processed_rows, upload.rejected_rows]).toEqual([rows.length, rejects.length]);
      expect(upload.numbers).toEqual(rows.map((_row, i) => i + 1));
      const json = await bench.json(upload.id);
      expect(json.map((row) => Object.keys(row).length)).toEqual(rows.map(() => columns.length));
    },
  );

  it.each(failed.map((file) => [file.name, file.expected.title, file] as const))(
    'fails with a code, its rejects and no rows: %s, %s',
    async (_name, _title, { content, expected: { options, code, rejects } }) => {
      const upload = await bench.ingest(content, options);
      expect(upload).toMatchObject({ status: 'failed', processed_rows: 0, rejected_rows: rejects.length });
      expect(upload.errors[0]).toMatchObject({ code, message: expect.stringMatching(/\S/) });
      expect(foundRejects(upload)).toEqual(expectedRejects(rejects));
      expect(upload.mails.map(({ template }) => template)).toEqual(['csv-failed']);
    },
  );

  it('is one of more than 60, each with a title of its own', () => {
    const titles = [...completed, ...failed].map(({ expected }) => expected.title);
    expect(new Set(titles).size).toBe(titles.length);
    expect(completed.length).toBeGreaterThanOrEqual(60);
  });

  // If the expectation named the wrong place, an error in the code could look right.
  it.each(
    completed
      .filter(({ expected: { rejects } }) => rejects.length > 0)
      .map((file) => [file.name, file.expected.title, file] as const),
  )('has its rejected records where the expectation says: %s, %s', (_name, _title, { content, expected }) => {
    const lineBreak = { cr: /\r/, mixed: /\r\n|\r|\n/, crlf: /\n/, lf: /\n/ }[expected.dialect.newline];
    // In none of the encodings of these files is the byte of a line break part of another character.
    for (const { line, byte, raw } of expected.rejects) {
      expect(printable(content.subarray(byte, byte + raw.length))).toBe(printable(raw));
      expect(printable(content.subarray(0, byte)).split(lineBreak).length, `line of byte ${byte}`).toBe(line);
    }
  });
});
