export { CsvAdminModule } from './csv.admin.module.js';
export { OrphanSweep } from './uploads/orphans/orphan-sweep.js';
export { ExpiredUploads } from './uploads/retention/expired-uploads.js';
export { UploadsAdmin } from './uploads/uploads-admin.js';
