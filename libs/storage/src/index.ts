export { type FileDraft, FileStore } from './file-store.js';
export { LocalFileStore } from './local-file-store.js';
export { StorageModule } from './storage.module.js';
export { StorageFull, StorageUnavailable } from './storage.problems.js';
