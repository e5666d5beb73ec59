import type { CsvUpload, UploadStatus } from '../upload.entity.js';

/** How far an upload is. */
export interface UploadProgress {
  /** Percent, in whole numbers; 100 only when it is completed. */
  progress: number;
  processed_rows: number;
  rejected_rows: number;
  /** Null as long as nothing is known of the file's records. */
  total_rows: number | null;
  total_rows_is_estimate: boolean;
  /** Accepted and rejected records of the last seconds; null where nothing is being read. */
  rows_per_second: number | null;
  /** Null where that cannot be said. */
  eta_seconds: number | null;
}

/** What the committed batches of an upload come to, from the first one on without a gap. */
export interface CommittedWork {
  /** Where in the file the last of them ends. */
  bytes: number;
  rows: number;
  rejects: number;
  /** Of the last `seconds`, which is how long the upload has run if that is less than RECENT_SECONDS. */
  recent: { seconds: number; bytes: number; records: number };
}

/** Long enough to even out single batches, short enough to notice that a worker has stopped. */
export const RECENT_SECONDS = 10;

export const isSettled = ({ status }: { status: UploadStatus }): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

/**
 * The progress of an upload, which never goes back: what is counted is what a successor goes on from when the worker dies.
 * @param work of one that is being read; undefined before its first batch.
 */
export function progressOf(upload: CsvUpload, work?: CommittedWork): UploadProgress {
  if (upload.status === 'processing' && work) return runningProgress(upload.size_bytes, work);
  const { bytes_done, size_bytes, processed_rows, rejected_rows } = upload;
  return {
    progress: upload.status === 'completed' ? 100 : percent(bytes_done, size_bytes),
    processed_rows,
    rejected_rows,
    total_rows: isSettled(upload) ? processed_rows + rejected_rows : null,
    total_rows_is_estimate: false,
    rows_per_second: null,
    eta_seconds: null,
  };
}

function runningProgress(sizeBytes: number, { bytes, rows, rejects, recent }: CommittedWork): UploadProgress {
  const records = rows + rejects;
  const missing = Math.max(0, sizeBytes - bytes);
  return {
    progress: percent(bytes, sizeBytes),
    processed_rows: rows,
    rejected_rows: rejects,
    total_rows: bytes > 0 ? Math.max(records, Math.round((records * sizeBytes) / bytes)) : null,
    total_rows_is_estimate: bytes > 0,
    rows_per_second: recent.seconds > 0 ? Math.round(recent.records / recent.seconds) : null,
    eta_seconds: recent.bytes > 0 ? Math.ceil((missing * recent.seconds) / recent.bytes) : null,
  };
}

/** The last percent is that of the work behind the last batch. */
const percent = (done: number, whole: number): number =>
  whole === 0 ? 0 : Math.min(99, Math.floor((done / whole) * 100));
