export { CONFIG, ConfigModule } from './config.module.js';
export { ConfigError, loadConfig, loadConfigFromProcess } from './load-config.js';
export { type Config, configSchema, configSections } from './schema.js';
export type { VariableFacts } from './variable.js';
export { VERSION } from './version.js';
