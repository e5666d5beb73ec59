import { Agent, request } from 'node:http';
import type { Client, UploadView } from '../../test/support/client.js';
import type { Answer } from './duckdb.js';
import { type Latency, sample, sampleWhile } from './latency.js';
import { PAGE_ROWS, type Question, queryOf, STRIDE_ROWS } from './questions.js';

/** A client with keep-alive connections that reads the whole answer. It parses nothing while it measures. */
export class Asker {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });
  private turn = 0;

  constructor(
    private readonly client: Client,
    private readonly upload: UploadView,
  ) {}

  async ask(query: Record<string, string>): Promise<{ status: number; body: string }> {
    const parameters = new URLSearchParams({ nocache: 'true', ...query });
    const url = `${this.client.url}/api/v1/csv-data/uploads/${this.upload.id}/data/?${parameters}`;
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${this.client.token}` };
      const outgoing = request(url, { agent: this.agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode!, body: Buffer.concat(chunks).toString() }));
      });
      outgoing.on('error', reject);
      outgoing.end();
    });
  }

  /** @throws Error when the answer is not 200 */
  async json(query: Record<string, string>) {
    const { status, body } = await this.ask(query);
    if (status !== 200) throw new Error(`${status} for ${JSON.stringify(query)}: ${body}`);
    return JSON.parse(body);
  }

  /** The parameters of a question, with the cursor behind the pages before it. */
  async queryOf(question: Question): Promise<Record<string, string>> {
    const query = queryOf(question);
    let cursor: string | null = null;
    for (let page = 0; page < (question.pagesIn ?? 0); page++) {
      const answer = await this.json({ ...query, page_size: `${STRIDE_ROWS}`, ...(cursor && { cursor }) });
      cursor = answer.pagination.next_cursor;
    }
    return { ...query, ...(cursor && { cursor }) };
  }

  async answer(query: Record<string, string>): Promise<Answer & { isEstimate: boolean; index: string }> {
    const { data, pagination, performance: response } = await this.json(query);
    return {
      ids: data.map(({ row_id }: { row_id: number }) => row_id),
      total: pagination.total_count ?? undefined,
      isEstimate: pagination.total_count_is_estimate,
      index: response.index,
    };
  }

  measure(query: Record<string, string>, samples: number, clients: number): Promise<Latency> {
    return sample(samples, clients, async () => (await this.ask(query)).status === 200);
  }

  /** Reads a page by its number, each time another one from all over the file. */
  async nextPage(): Promise<boolean> {
    const pages = Math.max(1, Math.floor(this.upload.processed_rows / PAGE_ROWS));
    this.turn += 1;
    return (await this.ask({ page: `${1 + ((this.turn * 997) % pages)}` })).status === 200;
  }

  page(seconds: number): Promise<Latency> {
    const inTime = forSeconds(seconds);
    return sampleWhile(inTime, 1, () => this.nextPage());
  }

  close(): void {
    this.agent.destroy();
  }
}

/** True for this many seconds from now. */
export const forSeconds = (seconds: number): (() => boolean) => {
  const end = performance.now() + seconds * 1000;
  return () => performance.now() < end;
};
