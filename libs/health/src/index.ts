export { HealthHttpModule } from './health.http.module.js';
export { HealthProcessorModule } from './health.processor.module.js';
export { Metrics } from './metrics.js';
