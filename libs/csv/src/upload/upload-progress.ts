import type { CsvUpload } from './upload.entity.js';

/** How far an upload is. */
export interface UploadProgress {
  /** Percent, in whole numbers; 100 only when it is completed. */
  progress: number;
  processed_rows: number;
  rejected_rows: number;
  /** Null as long as nothing is known of the file's records. */
  total_rows: number | null;
  total_rows_is_estimate: boolean;
  /** Of accepted and rejected records; null where nothing runs. */
  rows_per_second: number | null;
  eta_seconds: number | null;
}

export const isSettled = ({ status }: Pick<CsvUpload, 'status'>): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

/** The progress of an upload that nothing works on, by its own record. */
export const restingProgress = (upload: CsvUpload): UploadProgress => {
  const records = upload.processed_rows + upload.rejected_rows;
  return {
    progress: upload.status === 'completed' ? 100 : Math.min(99, percent(upload.bytes_done, upload.size_bytes)),
    processed_rows: upload.processed_rows,
    rejected_rows: upload.rejected_rows,
    total_rows: isSettled(upload) ? records : null,
    total_rows_is_estimate: false,
    rows_per_second: null,
    eta_seconds: null,
  };
};

export const percent = (part: number, whole: number): number => (whole === 0 ? 0 : Math.floor((part / whole) * 100));
