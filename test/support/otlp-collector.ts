import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CollectedSpan {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: Record<string, unknown>;
}

interface Attribute {
  key: string;
  value: Record<string, unknown>;
}

const valuesOf = (attributes: Attribute[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

/** Takes spans as a collector of OpenTelemetry does: OTLP over HTTP, in JSON. */
export class OtlpCollector {
  readonly spans: CollectedSpan[] = [];
  /** All that was received, as text. */
  text = '';

  private constructor(private readonly server: Server) {}

  static async start(): Promise<OtlpCollector> {
    const collector = new OtlpCollector(
      createServer(async (request, response) => {
        const body = Buffer.concat(await request.toArray()).toString();
        if (request.url !== '/v1/traces') return response.writeHead(404).end();
        collector.take(body);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      }),
    );
    await new Promise<void>((resolve) => collector.server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(body: string): void {
    this.text += body;
    for (const { resource, scopeSpans } of JSON.parse(body).resourceSpans) {
      const service = String(valuesOf(resource.attributes)['service.name']);
      for (const { spans } of scopeSpans)
        for (const span of spans) this.spans.push({ ...span, service, attributes: valuesOf(span.attributes) });
    }
  }
}
