import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../../scripts/processes/wait-until.js';
import { root } from '../../scripts/root.js';
import { Client } from '../support/client.js';
import { type CollectedSpan, OtlpCollector } from '../support/otlp-collector.js';
import { Service } from '../support/service.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_OF_CLIENT = 'b7ad6b7169203331';
const TELL_IMPORTS = `--import ${pathToFileURL(join(root, 'test', 'support', 'tell-imports.mjs'))}`;

describe('with a collector', () => {
  let collector: OtlpCollector;
  let service: Service;
  let person: Client & { email: string };
  beforeAll(async () => {
    collector = await OtlpCollector.start();
    service = await Service.start({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '200' },
    });
    person = await service.client.withAccount();
  });
  afterAll(async () => {
    await service?.stop();
    await collector?.stop();
  });

  const untilSpan = (fits: (span: CollectedSpan) => boolean) =>
    waitUntil(() => collector.spans.find(fits), {
      timeoutMs: 30_000,
      onTimeout: () => new Error(`No such span among ${collector.spans.map(({ name }) => name).join(', ')}`),
    });
  /** The spans that a span lies in, the outermost last. */
  function parentsOf(span: CollectedSpan): CollectedSpan[] {
    const parent = collector.spans.find(({ spanId }) => spanId === span.parentSpanId);
    return parent ? [parent, ...parentsOf(parent)] : [];
  }
  const ofTrace = (traceId: string, service: string) =>
    collector.spans.filter((span) => span.traceId === traceId && span.service === service);

  it('one trace shows the request, its ingest and the mail after that, in both processes', async () => {
    const { body, status } = await person.send('POST', '/csv-data/uploads/', {
      body: 'a,b\n1,2\n',
      headers: { 'content-type': 'text/csv', traceparent: `00-${TRACE_ID}-${SPAN_OF_CLIENT}-01` },
    });
    expect(status).toBe(201);
    await person.untilFinal(body.id);
    await service.idle();

    const isOfTrace = ({ traceId }: CollectedSpan) => traceId === TRACE_ID;
    const mail = await untilSpan((span) => isOfTrace(span) && span.name === 'job mail.send');
    const ingest = await untilSpan((span) => isOfTrace(span) && span.name === 'job csv.ingest-small');
    const request = await untilSpan((span) => isOfTrace(span) && span.parentSpanId === SPAN_OF_CLIENT);
    expect(request).toMatchObject({ service: 'csv-tasks-api', attributes: { 'http.request.method': 'POST' } });
    expect(ingest).toMatchObject({
      service: 'csv-tasks-worker',
      attributes: { 'messaging.destination.name': 'ingest-small' },
    });
    expect(parentsOf(ingest)).toContain(request);
    expect(parentsOf(mail)).toContain(ingest);

    const systems = (service: string) => [
      ...new Set(
        ofTrace(TRACE_ID, service).map(({ attributes }) => attributes['db.system.name'] ?? attributes['db.system']),
      ),
    ];
    expect(systems('csv-tasks-api')).toEqual(expect.arrayContaining(['postgresql', 'redis']));
    expect(systems('csv-tasks-worker')).toEqual(expect.arrayContaining(['postgresql']));
    const line = await service.worker.logged(({ msg, upload_id }) => msg === 'Ingest started' && upload_id === body.id);
    expect(line.traceparent).toBe(`00-${TRACE_ID}-${ingest.spanId}-01`);
  });

  it('a request without a traceparent begins a trace, under the pattern of its route', async () => {
    await person.get('/csv-data/uploads/019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c/');
    const span = await untilSpan(
      ({ attributes, parentSpanId = '' }) =>
        parentSpanId === '' && Boolean(attributes['url.path']?.toString().includes('019ab2f0')),
    );
    await untilSpan(
      ({ traceId, attributes }) =>
        traceId === span.traceId && attributes['http.route'] === '/api/v1/csv-data/uploads/:id',
    );
  });

  it('has no secret and no e-mail address in it, and no probe', async () => {
    await person.get(`/tasks/?token=abc-secret-abc&search=${encodeURIComponent(person.email)}`);
    await fetch(`${service.api.url}/livez`);
    await untilSpan(({ attributes }) => attributes['url.query']?.toString().startsWith('token=[redacted]') ?? false);
    for (const secret of ['abc-secret-abc', person.token!, person.email, encodeURIComponent(person.email), '29-lamps'])
      expect([secret, collector.text.includes(secret)]).toEqual([secret, false]);
    expect(collector.text).not.toContain('/livez');
  });

  it('sends the last spans when it stops, and goes on without the collector', async () => {
    await person.get('/tasks/?search=last');
    await service.api.stop();
    await untilSpan(({ attributes }) => attributes['url.query'] === 'search=last');
    await collector.stop();
    const api = await service.addApi();
    expect((await new Client(api.url, person.token).get('/tasks/')).status).toBe(200);
    await api.logged('Spans cannot be sent');
    expect(await api.stop()).toEqual({ code: 0, signal: null });
  });
});

describe('without a collector', () => {
  it('nothing of OpenTelemetry is loaded', async () => {
    const service = await Service.start({ env: { NODE_OPTIONS: TELL_IMPORTS } });
    try {
      for (const app of [service.api, service.worker]) {
        const loaded = app.log.filter(({ msg }) => msg.startsWith('loaded ')).map(({ msg }) => msg);
        expect(loaded.some((line) => line.includes('tracing.js'))).toBe(true);
        expect(
          loaded.filter((line) => /opentelemetry|open-telemetry|import-in-the-middle|@fastify\/otel/.test(line)),
        ).toEqual([]);
      }
    } finally {
      await service.stop();
    }
  });
});
