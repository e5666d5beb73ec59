export { IncompatibleDatabase, requireCompatibleDatabase } from './compatibility.js';
export { dataSourceOptions } from './data-source-options.js';
export { DatabaseModule } from './database.module.js';
export { isDatabaseAway, sqlState, violatesUnique } from './errors.js';
export { ExpiredRowsCleanup } from './expired-rows-cleanup.js';
export { isId, newId } from './id.js';
export { migrate } from './migrate.js';
export { Transactions, type Tx } from './transactions.js';
