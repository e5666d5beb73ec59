import { CONFIG, type Config } from '@app/config';
import {
  cancellable,
  type Deadline,
  errorOfLimited,
  type ReceiveRow,
  type ServerSettings,
  Statements,
  setLocal,
  sqlState,
} from '@app/database';
import { NotFound, QueryTimeout } from '@app/problems';
import { Inject, Injectable } from '@nestjs/common';
import type { Client } from 'pg';
import { DataSource, type SelectQueryBuilder } from 'typeorm';

/**
 * `fixed`: one plan fits all values, such as a look-up by key; the statement is prepared by name. `by-value`: the best plan depends on
 * the values, such as how frequent one is; the server plans the statement for them.
 */
type Planning = 'fixed' | 'by-value';

export interface ReadSession {
  all<Row>(query: SelectQueryBuilder<object>, planning?: Planning): Promise<Row[]>;
  /** For statements that the query builder cannot express; `$1`, `$2` … are parameters. */
  sql<Row>(statement: string, parameters: unknown[], planning?: Planning): Promise<Row[]>;
  /** For many rows: `COPY … TO STDOUT (FORMAT binary)`, without parameters. */
  copy(statement: string, receive: ReceiveRow): Promise<void>;
}

/**
 * Which plans PostgreSQL may choose. `any`: no restriction, with the settings of the session. `indexed`: no sequential scan, because an
 * index is known to fit. `parallel`: with parallel workers. `scan`: a parallel scan of the table. Where no index fits, PostgreSQL would
 * rather read the table in primary key order, hoping to stop early.
 */
export type ReadMode = 'any' | 'indexed' | 'parallel' | 'scan';

const UNDEFINED_TABLE = '42P01';

/**
 * Reads that always end: each stops at its deadline, and when its client disconnects.
 *
 * A read in mode `any` has no transaction, because the rows of a completed upload never change. So a page of rows takes one round trip, or
 * two where its row numbers are found first. A timer here cancels it at its deadline. The other modes need settings of their own, and
 * with them a transaction, in which the server keeps the deadline.
 */
@Injectable()
export class GuardedReads {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly dataSource: DataSource,
    private readonly statements: Statements,
  ) {}

  /**
   * @param limitMs how long the read may take once it has a connection, where the deadline is later.
   * @throws QueryTimeout, ClientGone; NotFound when the rows are deleted meanwhile
   */
  async run<T>(
    deadline: Deadline,
    mode: ReadMode,
    read: (session: ReadSession) => Promise<T>,
    limitMs = Number.POSITIVE_INFINITY,
  ): Promise<T> {
    deadline.check();
    const runner = this.dataSource.createQueryRunner();
    try {
      const client: Client = await runner.connect();
      return await this.runOn(client, deadline, mode, read, limitMs);
    } catch (error) {
      throw problemOf(error, deadline);
    } finally {
      await runner.release();
    }
  }

  /** As `run`, on a connection of the caller. */
  async runOn<T>(
    client: Client,
    deadline: Deadline,
    mode: ReadMode,
    read: (session: ReadSession) => Promise<T>,
    limitMs = Number.POSITIVE_INFINITY,
  ): Promise<T> {
    try {
      deadline.check();
      const limited = deadline.within(limitMs);
      return mode === 'any'
        ? await this.runAlone(client, limited, read)
        : await this.runInTransaction(client, limited, mode, read);
    } catch (error) {
      throw problemOf(error, deadline);
    }
  }

  private runAlone<T>(client: Client, deadline: Deadline, read: (session: ReadSession) => Promise<T>): Promise<T> {
    return cancellable(client, { signal: deadline.signal, afterMs: deadline.leftMs() }, (isCancelled) =>
      read(
        this.session(client, 'any', () => {
          if (isCancelled()) throw new QueryTimeout();
        }),
      ),
    );
  }

  private async runInTransaction<T>(
    client: Client,
    deadline: Deadline,
    mode: Exclude<ReadMode, 'any'>,
    read: (session: ReadSession) => Promise<T>,
  ): Promise<T> {
    try {
      await this.statements.unnamed(client, `BEGIN READ ONLY; ${setLocal(this.settingsOf(mode, deadline))}`, []);
      const result = await cancellable(client, { signal: deadline.signal }, () =>
        read(this.session(client, mode, () => deadline.check())),
      );
      await this.statements.unnamed(client, 'COMMIT', []);
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => {});
      throw error;
    }
  }

  private session(client: Client, mode: ReadMode, check: () => void): ReadSession {
    const sql = <Row>(statement: string, parameters: unknown[], planning?: Planning): Promise<Row[]> => {
      check();
      return planning === 'fixed'
        ? this.statements.named<Row>(client, statement, parameters, mode)
        : this.statements.unnamed<Row>(client, statement, parameters);
    };
    const copy = async (statement: string, receive: ReceiveRow): Promise<void> => {
      check();
      await this.statements.copy(client, statement, receive);
    };
    return { sql, copy, all: (query, planning) => sql(...query.getQueryAndParameters(), planning) };
  }

  private settingsOf(mode: Exclude<ReadMode, 'any'>, deadline: Deadline): ServerSettings {
    const workers = mode === 'indexed' ? 0 : this.config.SCAN_WORKERS;
    return {
      statement_timeout: deadline.leftMs(),
      max_parallel_workers_per_gather: workers,
      ...MODE_SETTINGS[mode],
    };
  }
}

/** Makes parallel plans cheap, so that PostgreSQL uses the workers that it is given. */
const PARALLEL = { parallel_setup_cost: 10, parallel_tuple_cost: 0.001 };

const MODE_SETTINGS: Record<Exclude<ReadMode, 'any'>, ServerSettings> = {
  indexed: { enable_seqscan: 'off' },
  parallel: PARALLEL,
  scan: { ...PARALLEL, enable_indexscan: 'off', enable_bitmapscan: 'off' },
};

function problemOf(error: unknown, deadline: Deadline): unknown {
  const gone = sqlState(error) === UNDEFINED_TABLE && !deadline.signal?.aborted;
  return gone ? new NotFound({ what: 'upload' }, { cause: error }) : errorOfLimited(error, deadline);
}
