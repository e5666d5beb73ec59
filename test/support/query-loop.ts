import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from './client.js';

/** A query of `data/`, and the expected rows. */
export interface Question {
  what: string;
  query: string;
  /** Numbers of all matching rows, in order. */
  rows: readonly number[];
}

const PAGE_ROWS = 40;
const PAUSE_MS = 10;

/** Repeats the same queries in a loop, like clients do while jobs run in the background. */
export class QueryLoop {
  /** Answers so far. */
  answers = 0;
  /** Descriptions of wrong answers. */
  readonly wrong: string[] = [];
  private ended = false;
  private readonly loops: Promise<void>[];

  constructor(
    private readonly person: Client,
    private readonly uploadId: string,
    questions: readonly Question[],
  ) {
    this.loops = questions.map((question) => this.ask(question));
  }

  /** Waits for this many more answers to each query. */
  async more(rounds = 2): Promise<void> {
    const target = this.answers + rounds * this.loops.length;
    while (this.answers < target && this.wrong.length === 0) await sleep(PAUSE_MS);
  }

  async end(): Promise<void> {
    this.ended = true;
    await Promise.all(this.loops);
  }

  /** Reads the first page and the next one, alternately with and without the cache. */
  private async ask({ what, query, rows }: Question): Promise<void> {
    for (let round = 0; !this.ended && this.wrong.length < 10; round++) {
      const path = `/csv-data/uploads/${this.uploadId}/data/?${query}&page_size=${PAGE_ROWS}${round % 2 ? '&nocache=true' : ''}`;
      try {
        const first = await this.person.get(path);
        this.judge(`${what}, first page`, first, rows.slice(0, PAGE_ROWS), rows.length);
        const cursor = first.body.pagination?.next_cursor;
        if (cursor) {
          const next = await this.person.get(`${path}&cursor=${cursor}`);
          this.judge(`${what}, by cursor`, next, rows.slice(PAGE_ROWS, 2 * PAGE_ROWS), rows.length);
        }
      } catch (error) {
        this.wrong.push(`${what}: ${error}`);
      }
      this.answers += 1;
      await sleep(PAUSE_MS);
    }
  }

  private judge(
    what: string,
    { status, body }: Awaited<ReturnType<Client['get']>>,
    expected: readonly number[],
    total: number,
  ) {
    if (status !== 200) {
      this.wrong.push(`${what}: ${status} ${JSON.stringify(body)}`);
      return;
    }
    const numbers = body.data.map((row: { row_id: number }) => row.row_id);
    if (numbers.join() !== expected.join()) this.wrong.push(`${what}: rows ${numbers.join()} for ${expected.join()}`);
    const { total_count, total_count_is_estimate } = body.pagination;
    if (total_count !== total || total_count_is_estimate) {
      this.wrong.push(`${what}: ${total_count_is_estimate ? 'about ' : ''}${total_count} rows for ${total}`);
    }
  }
}
