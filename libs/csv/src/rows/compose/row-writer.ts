import type { CsvUpload } from '../../uploads/upload.entity.js';

/** Writes the cells of a stored row in the form that a client receives. */
export interface RowWriter {
  /** @param cells as they are stored, joined by U+001F */
  write(cells: string): string;
  /** What `write` adds to the cells of each row, in bytes, roughly. */
  readonly bytesPerRow: number;
}

/** What a writer must know about the upload whose rows it writes. */
export type WrittenUpload = Pick<CsvUpload, 'dialect' | 'has_escapes'>;
