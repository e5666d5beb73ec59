export { DiskRoom } from './disk-room.js';
export { type FileDraft, FileStore } from './file-store.js';
export { LocalFileStore } from './local-file-store.js';
export { StorageModule } from './storage.module.js';
export { StorageUnavailable } from './storage.problems.js';
