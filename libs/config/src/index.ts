export { CONFIG, ConfigModule } from './config.module.js';
export { ConfigError, loadConfig, loadConfigFromProcess } from './load-config.js';
export { makeFolder } from './make-folder.js';
export { type Config, configSections } from './schema.js';
export { VERSION } from './version.js';
