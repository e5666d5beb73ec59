import { defineProblem, StorageFull } from '@app/problems';

export const StorageUnavailable = defineProblem('storage_unavailable', {
  status: 503,
  title: 'The file storage is not available at the moment',
  detail: 'The file could not be stored, not even in part. Try again shortly.',
  headers: { 'Retry-After': '5' },
});

// The disk is full, a quota is exceeded, or the file is larger than the file system or the process allows.
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The problem that answers a failed write. */
export const storageProblem = (error: unknown) =>
  NO_ROOM.has((error as NodeJS.ErrnoException).code ?? '')
    ? new StorageFull({}, { cause: error })
    : new StorageUnavailable({}, { cause: error });
