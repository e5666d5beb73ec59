import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Page } from '../pagination.js';

/** A part of an answer that is JSON already. */
export class WrittenJson {
  readonly json: Buffer;

  constructor(value: unknown) {
    this.json = Buffer.from(JSON.stringify(value));
  }
}

/** What is written before other requests get their turn: some 10 ms. */
const BYTES_PER_TURN = 2 * 1024 * 1024;

/** Writes the results of a page one by one, with turns for other requests between them. What a result was made of can be freed at once. */
export class WrittenResults<Result extends WrittenJson> {
  readonly results: Result[] = [];
  private turnBytes = 0;

  async add(result: Result): Promise<void> {
    this.results.push(result);
    this.turnBytes += result.json.length;
    if (this.turnBytes < BYTES_PER_TURN) return;
    this.turnBytes = 0;
    await nextTurn();
  }
}

/** Whether a handler returned a page whose results are written. */
export const isWrittenPage = (returned: unknown): returned is Page<WrittenJson> => {
  const results = (returned as Partial<Page<unknown>> | null | undefined)?.results;
  return Array.isArray(results) && results.length > 0 && results.every((result) => result instanceof WrittenJson);
};

const NO_RESULTS = '"results":[]';

/** The page as JSON, with its SHA-256, which is taken in turns too. Other members may follow the results. */
export async function writtenPage({ results, ...page }: Page<WrittenJson>): Promise<{ body: Buffer; sha256: Buffer }> {
  const { count, next, previous, ...others } = page;
  // In a text of JSON each quote is escaped, so this is the member itself.
  const empty = JSON.stringify({ count, next, previous, results: [], ...others });
  const at = empty.indexOf(NO_RESULTS) + NO_RESULTS.length - 1;
  const hash = createHash('sha256');
  const parts: Buffer[] = [];
  let turnBytes = 0;
  const append = (part: Buffer) => {
    parts.push(part);
    hash.update(part);
    turnBytes += part.length;
  };
  append(Buffer.from(empty.slice(0, at)));
  for (const [index, { json }] of results.entries()) {
    if (index > 0) append(COMMA);
    append(json);
    if (turnBytes < BYTES_PER_TURN) continue;
    turnBytes = 0;
    await nextTurn();
  }
  append(Buffer.from(empty.slice(at)));
  return { body: Buffer.concat(parts), sha256: hash.digest() };
}

const COMMA = Buffer.from(',');
