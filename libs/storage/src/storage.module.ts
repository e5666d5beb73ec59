import { join } from 'node:path';
import { CONFIG, type Config } from '@app/config';
import { Global, Module } from '@nestjs/common';
import { DiskRoom } from './disk-room.js';
import { DiskWatch } from './disk-watch.js';
import { FileStore } from './file-store.js';
import { LeftoverSweep } from './leftover-sweep.js';
import { LocalFileStore } from './local-file-store.js';

/** Provides `FileStore`. Only this module chooses the driver. */
@Global()
@Module({
  providers: [
    {
      provide: FileStore,
      inject: [CONFIG],
      useFactory: (config: Config) => LocalFileStore.at(join(config.DATA_DIR, 'uploads'), config.STORAGE_SWEEP_MS),
    },
    LeftoverSweep,
    DiskRoom,
    DiskWatch,
  ],
  exports: [FileStore, DiskRoom],
})
export class StorageModule {}
