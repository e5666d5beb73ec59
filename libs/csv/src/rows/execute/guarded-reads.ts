import { CONFIG, type Config } from '@app/config';
import { cancelOnAbort, sqlState } from '@app/database';
import { NotFound } from '@app/problems';
import { Inject, Injectable } from '@nestjs/common';
import type { ClientBase, QueryResult } from 'pg';
import { DataSource, type QueryRunner, type SelectQueryBuilder } from 'typeorm';
import { QueryTimeout } from '../rows.problems.js';
import { ClientGone, type Deadline } from './deadline.js';

export interface ReadSession {
  all<Row>(query: SelectQueryBuilder<object>): Promise<Row[]>;
  /** For statements that the query builder cannot express; `$1`, `$2` … are parameters. */
  sql<Row>(statement: string, parameters: unknown[]): Promise<Row[]>;
}

/**
 * Which plans PostgreSQL may choose. `any`: no restriction. `indexed`: no sequential scan, because an index is known to fit.
 * `parallel`: with parallel workers. `scan`: a parallel scan of the table. Where no index fits, PostgreSQL would rather read the table
 * in primary key order, hoping to stop early.
 */
type ReadMode = 'any' | 'indexed' | 'parallel' | 'scan';

const QUERY_CANCELED = '57014';
const UNDEFINED_TABLE = '42P01';

/**
 * Reads that always end. Each has a connection and a read-only transaction of its own, stops at its deadline, and is cancelled on the
 * server when its client disconnects.
 */
@Injectable()
export class GuardedReads {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly dataSource: DataSource,
  ) {}

  /** @throws QueryTimeout, ClientGone; NotFound when the rows are deleted meanwhile */
  async run<T>(deadline: Deadline, mode: ReadMode, read: (session: ReadSession) => Promise<T>): Promise<T> {
    deadline.check();
    const runner = this.dataSource.createQueryRunner();
    try {
      const pid = await this.begin(runner, deadline, mode);
      deadline.check();
      const result = await cancelOnAbort(this.dataSource, pid, deadline.signal, () =>
        read({
          all: (query) => query.setQueryRunner(runner).getRawMany(),
          sql: (statement, parameters) => runner.query(statement, parameters),
        }),
      );
      await runner.query('COMMIT');
      return result;
    } catch (error) {
      await runner.query('ROLLBACK').catch(() => {});
      throw problemOf(error, deadline);
    } finally {
      await runner.release();
    }
  }

  /** One round trip, through pg's client: TypeORM sends one statement at a time. */
  private async begin(runner: QueryRunner, deadline: Deadline, mode: ReadMode): Promise<number> {
    const client: ClientBase = await runner.connect();
    const workers = mode === 'parallel' || mode === 'scan' ? this.config.SCAN_WORKERS : 0;
    const results = (await client.query(
      `BEGIN READ ONLY; SET LOCAL statement_timeout = ${deadline.leftMs()}; ${COSTS}
       SET LOCAL max_parallel_workers_per_gather = ${workers}; ${MODE_SETTINGS[mode]} SELECT pg_backend_pid() AS pid`,
    )) as unknown as QueryResult<{ pid: number }>[];
    return results.at(-1)!.rows[0]!.pid;
  }
}

/**
 * Reading a value from a jsonb row and casting it costs some 0.2 us, as much as reading a tenth of a page from memory. PostgreSQL assumes
 * a four-hundredth, and would compute a million expressions rather than read a few thousand scattered pages. Those pages are in memory
 * or on an SSD, hence random_page_cost. No query here runs long enough to repay just-in-time compilation.
 */
const COSTS = 'SET LOCAL cpu_operator_cost = 0.05; SET LOCAL random_page_cost = 1.1; SET LOCAL jit = off;';

/** Makes parallel plans cheap, so that PostgreSQL uses the workers that it is given. */
const PARALLEL = 'SET LOCAL parallel_setup_cost = 10; SET LOCAL parallel_tuple_cost = 0.001;';

const MODE_SETTINGS: Record<ReadMode, string> = {
  any: '',
  indexed: 'SET LOCAL enable_seqscan = off;',
  parallel: PARALLEL,
  scan: `${PARALLEL} SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off;`,
};

function problemOf(error: unknown, deadline: Deadline): unknown {
  if (deadline.signal?.aborted) return new ClientGone();
  switch (sqlState(error)) {
    case QUERY_CANCELED:
      return new QueryTimeout({}, { cause: error });
    case UNDEFINED_TABLE:
      return new NotFound({ what: 'upload' }, { cause: error });
    default:
      return error;
  }
}
