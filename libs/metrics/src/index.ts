export { METRICS_CONTENT_TYPE, metrics, metricsText } from './metrics.js';
