import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CONFIG, type Config } from '@app/config';
import { Global, Module } from '@nestjs/common';
import { DiskRoom } from './disk-room.js';
import { DiskWatch } from './disk-watch.js';
import { FileStore } from './file-store.js';
import { LeftoverSweep } from './leftover-sweep.js';
import { LocalFileStore } from './local-file-store.js';

/** The driver that STORAGE_URL names. The SDK of S3, which takes 0.2 s and 20 MB, is loaded only where it is used. */
async function createStore(config: Config): Promise<FileStore> {
  const { STORAGE_URL: url, STORAGE_SWEEP_MS: sweepMs, DATA_DIR: dataDir } = config;
  if (url?.startsWith('s3:')) {
    const { S3FileStore } = await import('./s3/s3-file-store.js');
    return new S3FileStore(config);
  }
  return LocalFileStore.at(url ? fileURLToPath(url) : join(dataDir, 'uploads'), sweepMs);
}

/** Provides `FileStore`. Only this module chooses the driver. */
@Global()
@Module({
  providers: [{ provide: FileStore, inject: [CONFIG], useFactory: createStore }, LeftoverSweep, DiskRoom, DiskWatch],
  exports: [FileStore, DiskRoom],
})
export class StorageModule {}
