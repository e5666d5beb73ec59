import { hash } from 'node:crypto';
import type { ClientBase } from 'pg';
import { type EntityManager, QueryFailedError, type QueryRunner } from 'typeorm';

/** A statement with a name. A connection prepares it once, so PostgreSQL parses it once and may keep its plan. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** The name follows from the text. So every process has the same names, and one name never stands for two texts. */
export const statement = (text: string): Statement => ({ name: `s_${hash('sha256', text).slice(0, 20)}`, text });

/**
 * The rows of a statement, as pg returns them: one property per column. Runs in the transaction of the manager if it has one, else
 * on a connection of its own. Give a name only to a text that does not depend on what a client sends, because a connection keeps
 * each named statement until it closes.
 * @param values of `$1`, `$2` and so on.
 * @throws QueryFailedError
 */
export async function rowsOf<Row extends object>(
  manager: EntityManager,
  { name, text }: Statement | { name?: undefined; text: string },
  values: unknown[],
): Promise<Row[]> {
  const { queryRunner } = manager;
  if (queryRunner) return rowsThrough(queryRunner, name, text, values);
  const own = manager.dataSource.createQueryRunner();
  try {
    return await rowsThrough(own, name, text, values);
  } finally {
    await own.release();
  }
}

/** QueryRunner.query cannot pass a name to pg, so this uses the connection that the runner holds. */
async function rowsThrough<Row extends object>(
  runner: QueryRunner,
  name: string | undefined,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  const client: ClientBase = await runner.connect();
  try {
    const { rows } = await client.query<Row>({ ...(name !== undefined && { name }), text, values });
    return rows;
  } catch (error) {
    throw new QueryFailedError(text, values, error as Error);
  }
}
