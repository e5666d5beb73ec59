import type { IncomingMessage } from 'node:http';
import { register } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { VERSION } from '@app/config';
import { maskUrl } from '@app/logging';
import FastifyOtel from '@fastify/otel';
import { Logger } from '@nestjs/common';
import { type Context, context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { createAddHookMessageChannel } from 'import-in-the-middle';
import type { Tracer } from './tracer.js';

/** Requests of probes and of Prometheus come every few seconds, and nobody looks at their traces. */
const PROBES = /^\/(?:livez|readyz|metrics)\b/;

/** A text of SQL may be long; what matters stands at its beginning. */
const LONGEST_ATTRIBUTE = 2_000;

/** A stopping process waits no longer for a collector that does not answer. */
const LAST_SPANS_MS = 1_500;

const COMPLAIN_EVERY_MS = 60_000;

/** Starts the instrumentations, and sends spans as OTLP over HTTP in JSON. The other variables of OpenTelemetry (OTEL_…) hold as well. */
export async function startOpenTelemetry(endpoint: string, service: string): Promise<Tracer> {
  // ES modules cannot be changed once they are loaded; the hook changes those that an instrumentation names, while they are loaded.
  const { registerOptions, waitForAllMessagesAcknowledged } = createAddHookMessageChannel();
  register('import-in-the-middle/hook.mjs', import.meta.url, registerOptions);
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      'service.name': `csv-tasks-${service}`,
      'service.version': VERSION,
      'service.instance.id': String(process.pid),
    }),
    spanLimits: { attributeValueLengthLimit: LONGEST_ATTRIBUTE },
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: tracesAt(endpoint) }))],
  });
  provider.register({ propagator });
  setGlobalErrorHandler(complain());
  registerInstrumentations({ instrumentations: instrumentations(), tracerProvider: provider });
  await waitForAllMessagesAcknowledged();
  return new OpenTelemetry(provider);
}

/** The endpoint is the one of all signals, as for the variable of that name in OpenTelemetry. */
const tracesAt = (endpoint: string): string => `${endpoint.replace(/\/$/, '')}/v1/traces`;

const propagator = new W3CTraceContextPropagator();

/** Each reports only what happens within a request or a job. What people wrote, and what tokens are made of, stays out. */
const instrumentations = () => [
  new HttpInstrumentation({
    ignoreIncomingRequestHook: ({ url }) => PROBES.test(url ?? ''),
    requireParentforOutgoingSpans: true,
    startIncomingSpanHook: (request: IncomingMessage) => maskedAddress(request.url ?? ''),
  }),
  // One span, which has the pattern of the route; not one for each hook.
  new FastifyOtel.FastifyOtelInstrumentation({
    registerOnInitialization: true,
    instrumentHooks: false,
    instrumentHandler: false,
    ignorePaths: ({ url }) => PROBES.test(url),
    requestHook: (span, { url }) => span.setAttributes(maskedAddress(url)),
  }),
  new PgInstrumentation({ requireParentSpan: true }),
  // Keys hold hashes of tokens.
  new IORedisInstrumentation({ dbStatementSerializer: (command) => command }),
];

/** In place of the attributes that the instrumentation would set. */
function maskedAddress(url: string): Record<string, string> {
  const masked = maskUrl(url);
  const [path = '', query] = masked.split(/\?(.*)/s, 2);
  return {
    'http.target': masked,
    'http.url': masked,
    'url.path': path,
    ...(query !== undefined && { 'url.query': query }),
  };
}

/** Logs that spans cannot be sent, once a minute at most. */
function complain(): (error: unknown) => void {
  const log = new Logger('Tracing');
  let quietUntil = 0;
  return (error) => {
    if (Date.now() < quietUntil) return;
    quietUntil = Date.now() + COMPLAIN_EVERY_MS;
    log.warn(`Spans cannot be sent: ${error instanceof Error ? error.message : String(error)}`);
  };
}

class OpenTelemetry implements Tracer {
  private readonly tracer;

  constructor(private readonly provider: NodeTracerProvider) {
    this.tracer = provider.getTracer('csv-tasks', VERSION);
  }

  traceparent(): string | undefined {
    const carrier: { traceparent?: string } = {};
    propagator.inject(context.active(), carrier, { set: (to, key, value) => Object.assign(to, { [key]: value }) });
    return carrier.traceparent;
  }

  job: Tracer['job'] = (name, { queue, outboxId, attempt }, parent, work) => {
    const attributes = {
      'messaging.system': 'bull',
      'messaging.destination.name': queue,
      'messaging.message.id': outboxId,
      'job.attempt': attempt,
    };
    const options = { kind: SpanKind.CONSUMER, attributes };
    return this.tracer.startActiveSpan(`job ${name}`, options, contextOf(parent), (span) => ended(span, work));
  };

  async end(): Promise<void> {
    await Promise.race([this.provider.shutdown().catch(() => {}), sleep(LAST_SPANS_MS)]);
  }
}

const contextOf = (traceparent: string | undefined): Context =>
  propagator.extract(
    ROOT_CONTEXT,
    { traceparent },
    { get: (from, key) => from[key as 'traceparent'], keys: () => ['traceparent'] },
  );

async function ended<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { message, name } = error as Error;
    span.setStatus({ code: SpanStatusCode.ERROR, message: name });
    span.addEvent('exception', { 'exception.type': name, 'exception.message': message });
    throw error;
  } finally {
    span.end();
  }
}
