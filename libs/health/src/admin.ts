export { HealthAdminModule } from './health.admin.module.js';
export { HealthService } from './health.service.js';
