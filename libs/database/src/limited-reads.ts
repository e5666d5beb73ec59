import { QueryTimeout } from '@app/problems';
import { Injectable } from '@nestjs/common';
import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import { cancellable } from './cancellable.js';
import { ClientGone, type Deadline } from './deadline.js';
import { sqlState } from './errors.js';
import { Statements } from './statements.js';

const QUERY_CANCELED = '57014';

/** What the caller of a limited read gets for an error of it. */
export function errorOfLimited(error: unknown, deadline: Deadline): unknown {
  if (deadline.signal?.aborted) return new ClientGone();
  return sqlState(error) === QUERY_CANCELED ? new QueryTimeout({}, { cause: error }) : error;
}

/** Single statements that end at their deadline, and when their client disconnects. */
@Injectable()
export class LimitedReads {
  constructor(
    private readonly dataSource: DataSource,
    private readonly statements: Statements,
  ) {}

  /** Executes one statement on any connection, without a transaction. @throws QueryTimeout, ClientGone, QueryFailedError */
  async rows<Row>(text: string, values: unknown[], deadline: Deadline): Promise<Row[]> {
    deadline.check();
    const runner = this.dataSource.createQueryRunner();
    try {
      const client: Client = await runner.connect();
      deadline.check();
      return await cancellable(client, { signal: deadline.signal, afterMs: deadline.leftMs() }, () =>
        this.statements.named<Row>(client, text, values),
      );
    } catch (error) {
      throw errorOfLimited(error, deadline);
    } finally {
      await runner.release();
    }
  }
}
