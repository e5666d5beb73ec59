import { describe, expect, it } from 'vitest';
import type { CsvUpload } from '../upload.entity.js';
import { type CommittedWork, progressOf } from './upload-progress.js';

const newUpload = (over: Partial<CsvUpload> = {}): CsvUpload =>
  ({
    status: 'processing',
    size_bytes: 1000,
    bytes_done: 0,
    processed_rows: 0,
    rejected_rows: 0,
    ...over,
  }) as CsvUpload;
const newWork = (over: Partial<CommittedWork> = {}): CommittedWork => ({
  bytes: 250,
  rows: 48,
  rejects: 2,
  recent: { seconds: 10, bytes: 100, records: 20 },
  ...over,
});

describe('progressOf', () => {
  it('computes progress from committed batches while the file is read', () => {
    expect(progressOf(newUpload(), newWork())).toEqual({
      progress: 25,
      processed_rows: 48,
      rejected_rows: 2,
      total_rows: 200,
      total_rows_is_estimate: true,
      rows_per_second: 2,
      eta_seconds: 75,
    });
  });

  it('stays below 100 until the upload is completed, even if all bytes are read', () => {
    const whole = newWork({ bytes: 1000, rows: 200, rejects: 0 });
    expect(progressOf(newUpload(), whole)).toMatchObject({ progress: 99, total_rows: 200, eta_seconds: 0 });
    expect(progressOf(newUpload({ status: 'completed', bytes_done: 0 })).progress).toBe(100);
    expect(progressOf(newUpload({ status: 'failed', bytes_done: 1000 })).progress).toBe(99);
  });

  it('never estimates fewer records than are committed', () => {
    expect(progressOf(newUpload(), newWork({ bytes: 1200, rows: 100, rejects: 0 })).total_rows).toBe(100);
  });

  it('returns null for what is not known', () => {
    const unknown = { total_rows: null, total_rows_is_estimate: false, rows_per_second: null, eta_seconds: null };
    expect(progressOf(newUpload({ status: 'pending' }))).toMatchObject({ progress: 0, ...unknown });
    expect(progressOf(newUpload())).toMatchObject({ progress: 0, ...unknown });
    expect(progressOf(newUpload({ size_bytes: 0 })).progress).toBe(0);
  });

  it('gives no ETA if the worker has stopped', () => {
    const stopped = newWork({ recent: { seconds: 10, bytes: 0, records: 0 } });
    expect(progressOf(newUpload(), stopped)).toMatchObject({ rows_per_second: 0, eta_seconds: null });
  });

  it.each([
    ['before the first record', { seconds: 10, bytes: 20, records: 0 }],
    ['of more than a day', { seconds: 10, bytes: 100, records: 1 }],
  ])('gives no ETA %s', (_when, recent) => {
    const huge = newUpload({ size_bytes: 400_000_000 });
    expect(progressOf(huge, newWork({ bytes: 100, recent })).eta_seconds).toBeNull();
  });

  it.each(['completed', 'failed', 'cancelled'] as const)(
    'uses the stored counts of a %s upload and ignores leftover batches',
    (status) => {
      const upload = newUpload({ status, processed_rows: 90, rejected_rows: 10 });
      expect(progressOf(upload, newWork())).toMatchObject({
        processed_rows: 90,
        rejected_rows: 10,
        total_rows: 100,
        total_rows_is_estimate: false,
        rows_per_second: null,
        eta_seconds: null,
      });
    },
  );
});
