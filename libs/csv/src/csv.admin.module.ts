import { Module } from '@nestjs/common';
import { CsvModule } from './csv.module.js';
import { OrphanSweep } from './uploads/orphans/orphan-sweep.js';
import { OrphansRepository } from './uploads/orphans/orphans.repository.js';
import { PurgeRepository } from './uploads/purge/purge.repository.js';
import { ExpiredUploads } from './uploads/retention/expired-uploads.js';
import { UploadsAdmin } from './uploads/uploads-admin.js';

/** What operators do with uploads. Only the admin command imports it. */
@Module({
  imports: [CsvModule],
  providers: [UploadsAdmin, ExpiredUploads, OrphansRepository, OrphanSweep, PurgeRepository],
  exports: [UploadsAdmin, ExpiredUploads, OrphanSweep],
})
export class CsvAdminModule {}
