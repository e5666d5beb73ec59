export { AccountsAdmin } from './accounts-admin.js';
export { UsersAdminModule } from './users.admin.module.js';
