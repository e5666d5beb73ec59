export { startTracing, tracing } from './tracing.js';
export { TracingModule } from './tracing.module.js';
