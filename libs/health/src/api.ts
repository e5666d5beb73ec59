export { HealthHttpModule } from './health.http.module.js';
export { Metrics } from './metrics.js';
