import type { CsvUpload, UploadStatus } from '../upload.entity.js';

/** The progress of an upload. */
export interface UploadProgress {
  /** Whole percent; 100 only if the upload is completed. */
  progress: number;
  processed_rows: number;
  rejected_rows: number;
  /** Null before the first records are read. */
  total_rows: number | null;
  total_rows_is_estimate: boolean;
  /** Accepted and rejected records over the last seconds; null if the file is not being read. */
  rows_per_second: number | null;
  /** Null if it cannot be estimated. */
  eta_seconds: number | null;
}

/** Sums over the committed batches of an upload, from the first one up to the first gap. */
export interface CommittedWork {
  /** Byte offset in the file at which the last of these batches ends. */
  bytes: number;
  rows: number;
  rejects: number;
  /** Work of the last `seconds`: RECENT_SECONDS, or the run time of the upload if that is less. */
  recent: { seconds: number; bytes: number; records: number };
}

/** Long enough to average over several batches, short enough to show that a worker has stopped. */
export const RECENT_SECONDS = 10;

/** Whether the upload has ended. Only a retry or a deletion changes it afterwards. */
export const isSettled = ({ status }: { status: UploadStatus }): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

/**
 * The progress of an upload. It never decreases: it counts only work that another worker continues from if this one dies.
 * @param work of an upload that is being read; undefined before its first batch
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
  const remaining = Math.max(0, sizeBytes - bytes);
  return {
    progress: percent(bytes, sizeBytes),
    processed_rows: rows,
    rejected_rows: rejects,
    total_rows: bytes > 0 ? Math.max(records, Math.round((records * sizeBytes) / bytes)) : null,
    total_rows_is_estimate: bytes > 0,
    rows_per_second: recent.seconds > 0 ? Math.round(recent.records / recent.seconds) : null,
    eta_seconds: etaSeconds(remaining, recent),
  };
}

/** The largest file takes minutes. A longer time only shows that the worker has hardly begun, or that it is stuck. */
const LONGEST_ETA_SECONDS = 24 * 3600;

/** The header alone is no measure: 20 bytes in ten seconds would give 48 days for a big file. */
function etaSeconds(remainingBytes: number, { bytes, records, seconds }: CommittedWork['recent']): number | null {
  if (bytes <= 0 || records <= 0) return null;
  const eta = Math.ceil((remainingBytes * seconds) / bytes);
  return eta <= LONGEST_ETA_SECONDS ? eta : null;
}

/** At most 99: the last percent is the work after the last batch. */
const percent = (done: number, whole: number): number =>
  whole === 0 ? 0 : Math.min(99, Math.floor((done / whole) * 100));
