import type { Readable } from 'node:stream';

/**
 * A file that is being written. It cannot be read before `commit`; `abort` deletes it.
 * One of the two must be called. Further calls of either do nothing.
 */
export interface FileDraft {
  readonly key: string;
  /** Resolves when the store has accepted the bytes; await it for backpressure. @throws StorageFull, StorageUnavailable */
  write(chunk: Uint8Array): Promise<void>;
  /** Returns when the bytes survive a power cut and can be read under `key`. @throws StorageFull, StorageUnavailable */
  commit(): Promise<void>;
  abort(): Promise<void>;
}

/** Reads a committed file from one position to its end, into the caller's memory. Must be closed. */
export interface FileReading {
  /** Fills `memory`, or the part of it that the rest of the file needs. @returns the number of bytes; 0 at the end */
  read(memory: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

export interface StoredFile {
  key: string;
  modifiedAt: Date;
}

export interface StorageHealth {
  /** On the disk of the files; null where that is not a disk of this machine. */
  freeBytes: number | null;
}

/**
 * Where uploaded files are stored. Keys are our own ids, `[0-9a-z-]`; others are rejected, so no path can leave the store. Everything
 * that concerns stored files goes through this class; only the drivers know folders.
 */
export abstract class FileStore {
  /** A folder on the disk that the files fill; null where they fill no disk of this machine. */
  abstract readonly disk: string | null;

  /**
   * Begins a file.
   * @param expectedBytes the announced size, if any; rejected before the first byte when there is not enough room.
   * @throws StorageFull, StorageUnavailable
   */
  abstract create(key: string, expectedBytes?: number): Promise<FileDraft>;

  /** The bytes from `start` up to and including `end`; fails with ENOENT when there is no such file. */
  abstract createReadStream(key: string, range?: { start?: number; end?: number }): Readable;

  /** For reading much data fast: allocates nothing per read. Fails with ENOENT when there is no such file. */
  abstract open(key: string, start: number): Promise<FileReading>;

  /** The size of a committed file in bytes; null when there is no such file. */
  abstract size(key: string): Promise<number | null>;

  /** Deletes a committed file, if there is one. */
  abstract delete(key: string): Promise<void>;

  /** Every committed file, in no particular order. */
  abstract list(): AsyncIterable<StoredFile>;

  /** On `disk`; null where there is none. */
  abstract freeBytes(): Promise<number | null>;

  /**
   * Removes drafts of killed processes: those that have not changed since the previous call. Called once in STORAGE_SWEEP_MS.
   * @returns how many.
   */
  abstract removeLeftovers(): Promise<number>;

  /** Checks by writing that the store accepts files. @throws the error of the driver */
  abstract health(): Promise<StorageHealth>;
}
