import { CONFIG, type Config } from '@app/config';
import { Inject, Injectable } from '@nestjs/common';
import type { Client } from 'pg';
import { DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import { CloseStatement } from './close-statement.js';
import { CopyOut, type ReceiveRow } from './copy-out.js';
import { isDatabaseAway, sqlState } from './errors.js';
import { LargeStatement } from './large-statement.js';

/** Statements that one connection keeps prepared. A plan takes some 30 kB in the server, so all of them some 3 MB. */
const MAX_NAMES = 100;
/** A text is prepared at its third use, as one that is used once would only displace others. */
const FREQUENT_USES = 3;
/**
 * A plan is made anew after this time. PostgreSQL keeps it until the table is analysed, which may be minutes: a plan that reads the whole
 * table because it was tiny would be slow as soon as it has grown.
 */
const MAX_AGE_MS = 10_000;
/** Texts whose uses are counted. */
const MAX_COUNTED = 500;

/** The server has no statement of this name, or its result has other columns since a migration. */
const STALE = new Set(['26000', '0A000']);

/** The prepared statements of one connection by key, the least recently used first. */
interface Prepared {
  names: Map<string, { name: string; since: number }>;
  made: number;
}

/**
 * Executes statements on pg's clients. Those that are used often are prepared by name, so that the server parses them once per connection,
 * and plans them once where one plan fits all values. DATABASE_PREPARED_STATEMENTS=off turns names off.
 */
@Injectable()
export class Statements {
  private readonly uses = new Map<string, number>();
  private readonly prepared = new WeakMap<Client, Prepared>();

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'DATABASE_PREPARED_STATEMENTS'>,
    private readonly dataSource: DataSource,
  ) {}

  /**
   * Executes one statement that is worth a name, on any connection and without a transaction: one round trip.
   * @param manager that of a transaction, in which the statement is executed then.
   * @throws QueryFailedError
   */
  async rows<Row>(text: string, values: unknown[], manager?: EntityManager): Promise<Row[]> {
    if (manager?.queryRunner) return this.named<Row>(await manager.queryRunner.connect(), text, values);
    const runner = this.dataSource.createQueryRunner();
    try {
      return await this.named<Row>(await runner.connect(), text, values);
    } finally {
      await runner.release();
    }
  }

  /** Executes a statement that the server plans for these values. @throws QueryFailedError */
  async unnamed<Row>(client: Client, text: string, values: unknown[]): Promise<Row[]> {
    try {
      return (await client.query({ text, values })).rows as Row[];
    } catch (error) {
      throw failed(client, error, text, values);
    }
  }

  /**
   * Executes one statement with large values, on any connection and without a transaction. Buffers are sent as they are and must not change
   * meanwhile.
   * @returns how many rows it has inserted or changed
   * @throws QueryFailedError
   */
  async large(text: string, values: unknown[]): Promise<number> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const client: Client = await runner.connect();
      return await client.query(new LargeStatement(text, values)).done.catch((error) => {
        throw failed(client, error, text, values);
      });
    } finally {
      await runner.release();
    }
  }

  /**
   * Executes `COPY … TO STDOUT (FORMAT binary)`, which takes no parameters, and gives its rows to `receive` as they arrive.
   * @throws QueryFailedError, and what `receive` throws
   */
  async copy(client: Client, text: string, receive: ReceiveRow): Promise<void> {
    const copy = client.query(new CopyOut(text, receive));
    try {
      await copy.done;
    } catch (error) {
      throw failed(client, error, text, []);
    }
    copy.throwIfFailed();
  }

  /**
   * Executes a statement whose plan may serve other values too.
   * @param kind a statement that runs with other settings is another kind: a plan is kept with the settings that it was made under.
   * @throws QueryFailedError
   */
  async named<Row>(client: Client, text: string, values: unknown[], kind = ''): Promise<Row[]> {
    const key = `${kind} ${text}`;
    if (this.config.DATABASE_PREPARED_STATEMENTS === 'off' || !this.isFrequent(key))
      return this.unnamed(client, text, values);
    const name = await this.nameOn(client, key);
    try {
      return (await client.query({ name, text, values })).rows as Row[];
    } catch (error) {
      this.forgetFailed(client, key, name, error);
      // In a transaction nothing can be repeated, because the error has ended it.
      const repeatable = STALE.has(sqlState(error) ?? '') && client.getTransactionStatus() === 'I';
      if (repeatable) return this.unnamed(client, text, values);
      throw failed(client, error, text, values);
    }
  }

  private isFrequent(key: string): boolean {
    const uses = (this.uses.get(key) ?? 0) + 1;
    this.uses.delete(key);
    this.uses.set(key, uses);
    if (this.uses.size > MAX_COUNTED) this.uses.delete(oldest(this.uses));
    return uses >= FREQUENT_USES;
  }

  private async nameOn(client: Client, key: string): Promise<string> {
    const prepared = this.preparedOn(client);
    const { names } = prepared;
    const known = names.get(key);
    if (known && performance.now() - known.since > MAX_AGE_MS) await this.close(client, names, key);
    const { name, since } = names.get(key) ?? { name: `s${++prepared.made}`, since: performance.now() };
    names.delete(key);
    names.set(key, { name, since });
    if (names.size > MAX_NAMES) await this.close(client, names, oldest(names));
    return name;
  }

  private preparedOn(client: Client): Prepared {
    const known = this.prepared.get(client) ?? { names: new Map(), made: 0 };
    this.prepared.set(client, known);
    return known;
  }

  private async close(client: Client, names: Prepared['names'], key: string): Promise<void> {
    const { name } = names.get(key)!;
    names.delete(key);
    if (!(name in parsedBy(client))) return;
    await client.query(new CloseStatement(name)).done.catch((error) => {
      throw failed(client, error, `Close ${name}`, []);
    });
    delete parsedBy(client)[name];
  }

  /** A statement that could not be parsed has no name in the server, and one that is stale must be parsed again under another name. */
  private forgetFailed(client: Client, key: string, name: string, error: unknown): void {
    const parsed = parsedBy(client);
    if (name in parsed && !STALE.has(sqlState(error) ?? '')) return;
    this.preparedOn(client).names.delete(key);
    delete parsed[name];
  }
}

/** pg remembers the text of each name that it has sent to be parsed; without this it would remember closed ones, too. */
const parsedBy = (client: Client): Record<string, string> =>
  (client.connection as unknown as { parsedStatements: Record<string, string> }).parsedStatements;

const oldest = <Key>(map: Map<Key, unknown>): Key => map.keys().next().value as Key;

/** The error as TypeORM reports it, so that `sqlState` and `isDatabaseAway` know it. */
function failed(client: Client, cause: unknown, text: string, values: unknown[]): QueryFailedError {
  const error = new QueryFailedError(text, values, cause as Error);
  // The server says that it ends the session before it closes the connection. Meanwhile the pool would give it to another request.
  if (isDatabaseAway(error)) client.end().catch(() => {});
  return error;
}
