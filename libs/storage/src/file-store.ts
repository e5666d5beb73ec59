import type { Readable } from 'node:stream';

/**
 * A file on its way in. Nothing can be read under its key before `commit`; `abort` leaves no trace.
 * One of the two must be called, and any more calls to either do nothing.
 */
export interface FileDraft {
  readonly key: string;
  /** Resolves when the store has taken the bytes: awaiting it is the backpressure. @throws StorageFull, StorageUnavailable */
  write(chunk: Uint8Array): Promise<void>;
  /** Returns once the bytes would outlive a power cut and can be read under `key`. @throws StorageFull, StorageUnavailable */
  commit(): Promise<void>;
  abort(): Promise<void>;
}

/** A committed file that is read from one place to its end, into memory of the reader's own. Must be closed. */
export interface FileReading {
  /** Fills `memory` as far as the file goes. @returns how many bytes; 0 at the end */
  read(memory: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

export interface StoredFile {
  key: string;
  modifiedAt: Date;
}

export interface StorageHealth {
  freeBytes: number;
}

/**
 * Where uploaded files live. A port, as there is to be a second driver: the local disk now, shared object storage when the
 * api and the workers no longer share a disk. Keys are ids of ours, `[0-9a-z-]`; any other is refused, so none can leave the store.
 */
export abstract class FileStore {
  /**
   * Begins a file.
   * @param expectedBytes what the writer announced, if it did; more than there is room for is refused before the first byte.
   * @throws StorageFull, StorageUnavailable
   */
  abstract create(key: string, expectedBytes?: number): Promise<FileDraft>;

  /** The bytes from `start` up to and including `end`; fails with ENOENT when there is no such file. */
  abstract createReadStream(key: string, range?: { start?: number; end?: number }): Readable;

  /** Reading that goes fast through much: nothing is allocated on the way. Fails with ENOENT when there is no such file. */
  abstract open(key: string, start: number): Promise<FileReading>;

  /** Bytes of a committed file; null when there is none. */
  abstract size(key: string): Promise<number | null>;

  /** Removes a committed file; one that is not there is fine. */
  abstract delete(key: string): Promise<void>;

  /** Every committed file, in no order. */
  abstract list(): AsyncIterable<StoredFile>;

  abstract freeBytes(): Promise<number>;

  /** Proves by writing that the store takes files. @throws whatever stood in the way */
  abstract health(): Promise<StorageHealth>;
}
