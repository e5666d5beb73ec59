import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { DataSet } from '../data-sets.js';
import { countStatement, loadStatement, pageStatement } from './duckdb-sql.js';
import { type Latency, sample } from './latency.js';
import type { Question } from './questions.js';

export const DUCKDB_THREADS = 2;

/** The rows that answer a question: the numbers of those on the page, and how many there are in all. */
export interface Answer {
  ids: number[];
  /** Undefined where the question does not ask for it. */
  total?: number;
}

/**
 * The same CSV in a table of DuckDB, an engine for queries over whole columns. The times are compared with its times, and the answers are
 * checked against its answers. It runs in this process, so its times are without HTTP and JSON.
 */
export class DuckDb {
  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
    private readonly columns: DataSet['columns'],
    readonly loadSeconds: number,
  ) {}

  static async load(csv: string, { columns }: DataSet, database: string): Promise<DuckDb> {
    const instance = await DuckDBInstance.create(database, { threads: `${DUCKDB_THREADS}` });
    const connection = await instance.connect();
    const startedAt = performance.now();
    await connection.run(loadStatement(csv, columns));
    await connection.run('CHECKPOINT');
    return new DuckDb(instance, connection, columns, (performance.now() - startedAt) / 1000);
  }

  async answer(question: Question): Promise<Answer> {
    const page = await this.rows(pageStatement(question, this.columns));
    const ids = page.map(([id]) => Number(id));
    if (!question.isCounted) return { ids };
    const [[total]] = (await this.rows(countStatement(question, this.columns))) as [[bigint]];
    return { ids, total: Number(total) };
  }

  async measure(question: Question, samples: number): Promise<{ answer: Answer; times: Latency }> {
    let answer: Answer | undefined;
    const times = await sample(samples, 1, async () => {
      answer = await this.answer(question);
      return true;
    });
    return { answer: answer!, times };
  }

  private async rows(sql: string): Promise<unknown[][]> {
    return (await this.connection.runAndReadAll(sql)).getRows();
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }
}

/** What is different, in one sentence; undefined when both give the same rows and the same number. An estimate need not be equal. */
export function difference(ours: Answer & { isEstimate?: boolean }, expected: Answer): string | undefined {
  const place = expected.ids.findIndex((id, n) => id !== ours.ids[n]);
  if (ours.ids.length !== expected.ids.length) return `${ours.ids.length} rows, but DuckDB has ${expected.ids.length}`;
  if (place >= 0) return `row ${ours.ids[place]} at place ${place + 1}, where DuckDB has ${expected.ids[place]}`;
  if (expected.total !== undefined && !ours.isEstimate && ours.total !== expected.total)
    return `${ours.total} rows counted, but DuckDB counts ${expected.total}`;
  return undefined;
}
