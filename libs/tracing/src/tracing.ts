import type { Config } from '@app/config';
import { OFF, type Tracer } from './tracer.js';

let current = OFF;

/** Does nothing unless `startTracing` has turned it on. */
export const tracing: Pick<Tracer, 'traceparent' | 'job'> = {
  traceparent: () => current.traceparent(),
  job: (...job) => current.job(...job),
};

/**
 * Turns tracing on if OTEL_EXPORTER_OTLP_ENDPOINT is set; else OpenTelemetry is not even loaded. Call it before the modules that are watched
 * are loaded: http, Fastify, pg and ioredis.
 */
export async function startTracing(config: Config, service: string): Promise<void> {
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined) return;
  const { startOpenTelemetry } = await import('./open-telemetry.js');
  current = await startOpenTelemetry(endpoint, service);
}

/** Sends what has not been sent yet. */
export const endTracing = (): Promise<void> => current.end();
