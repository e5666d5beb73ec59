export { HealthProcessorModule } from './health.processor.module.js';
