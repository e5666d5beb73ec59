import { Agent, request } from 'node:http';
import type { Client } from '../../test/support/client.js';
import type { Question } from './questions.js';

/** Fewest samples of a slow query. Slow queries have fewer samples, so that all fit in ten minutes on two cores. */
const MEASURE_MS = 4_000;
const FEWEST_SAMPLES = 3;

export interface Latency {
  p50: number;
  p95: number;
  /** Answers that were not 200. */
  failures: number;
}

/** A client with keep-alive connections that reads the whole answer. It parses nothing while it measures. */
export class Asker {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });

  constructor(
    private readonly client: Client,
    private readonly uploadId: string,
  ) {}

  async ask(query: Record<string, string>): Promise<{ ms: number; status: number; body: string }> {
    const parameters = new URLSearchParams({ nocache: 'true', ...query });
    const url = `${this.client.url}/api/v1/csv-data/uploads/${this.uploadId}/data/?${parameters}`;
    const startedAt = performance.now();
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${this.client.token}` };
      const outgoing = request(url, { agent: this.agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => {
          const ms = performance.now() - startedAt;
          resolve({ ms, status: response.statusCode!, body: Buffer.concat(chunks).toString() });
        });
      });
      outgoing.on('error', reject);
      outgoing.end();
    });
  }

  async json(query: Record<string, string>) {
    const { status, body } = await this.ask(query);
    if (status !== 200) throw new Error(`${status} for ${JSON.stringify(query)}: ${body}`);
    return JSON.parse(body);
  }

  /** The query itself, or with the cursor behind the given number of pages. */
  async behind({ query, pagesIn = 0 }: Question): Promise<Record<string, string>> {
    let cursor: string | null = null;
    for (let page = 0; page < pagesIn; page++) {
      const answer = await this.json({ ...query, page_size: '500', ...(cursor && { cursor }) });
      cursor = answer.pagination.next_cursor;
    }
    return { ...query, ...(cursor && { cursor }) };
  }

  /** Measures `samples` answers with this many clients at once; fewer if they take longer than MEASURE_MS. */
  async measure(query: Record<string, string>, samples: number, clients: number): Promise<Latency> {
    const times: number[] = [];
    let failures = 0;
    const startedAt = performance.now();
    const isEnough = () => {
      const taken = times.length + failures;
      return taken >= samples || (taken >= FEWEST_SAMPLES && performance.now() - startedAt > MEASURE_MS);
    };
    const one = async () => {
      while (!isEnough()) {
        const { ms, status } = await this.ask(query);
        if (status === 200) times.push(ms);
        else failures += 1;
      }
    };
    await Promise.all(Array.from({ length: clients }, one));
    return { p50: quantile(times, 0.5), p95: quantile(times, 0.95), failures };
  }

  close(): void {
    this.agent.destroy();
  }
}

export function quantile(values: number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
