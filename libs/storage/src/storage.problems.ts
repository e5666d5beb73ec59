import { defineProblem } from '@app/problems';

export const StorageFull = defineProblem('storage_full', {
  status: 507,
  title: 'There is no room for the file',
  detail: 'The server has not enough free storage for this file. Nothing of it was kept.',
});

export const StorageUnavailable = defineProblem('storage_unavailable', {
  status: 503,
  title: 'The file storage is not available at the moment',
  detail: 'The file could not be stored. Nothing of it was kept; try again shortly.',
  headers: { 'Retry-After': '5' },
});

// Out of blocks, over quota, and over the size the filesystem or the process may write.
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** What a client is told when the disk refused. */
export const storageProblem = (error: unknown) =>
  NO_ROOM.has((error as NodeJS.ErrnoException).code ?? '')
    ? new StorageFull({}, { cause: error })
    : new StorageUnavailable({}, { cause: error });
