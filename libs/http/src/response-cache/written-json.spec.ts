import { hash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Page } from '../pagination.js';
import { isWrittenPage, WrittenJson, WrittenResults, writtenPage } from './written-json.js';

const MiB = 1024 * 1024;
const written = (...values: unknown[]) => values.map((value) => new WrittenJson(value));
const pageOf = (results: WrittenJson[], more: object = {}): Page<WrittenJson> => ({
  count: results.length,
  next: null,
  previous: null,
  results,
  ...more,
});

describe('a page whose results are written', () => {
  it.each([
    [[{ a: 1 }], {}],
    [[{ a: 'é "results":[] ' }, 2, null], { next: '/api/?q="results":[]', warnings: [{ code: 'x' }] }],
  ])('is the JSON that it would be otherwise: %j', async (values, more) => {
    const { body, sha256 } = await writtenPage(pageOf(written(...values), more));
    expect(body.toString()).toBe(JSON.stringify({ ...pageOf([]), count: values.length, ...more, results: values }));
    expect(sha256.toString('hex')).toBe(hash('sha256', body));
  });

  it('is told from other answers', () => {
    expect(isWrittenPage(pageOf(written(1)))).toBe(true);
    for (const other of [pageOf([]), { results: [1] }, [], null, undefined, 'x'])
      expect(isWrittenPage(other)).toBe(false);
  });

  it('lets other requests have their turn while it is written and composed', async () => {
    let turns = 0;
    let isDone = false;
    const others = (async () => {
      while (!isDone) {
        await nextTurn();
        turns++;
      }
    })();
    const collected = new WrittenResults<WrittenJson>();
    for (let n = 0; n < 24; n++) await collected.add(new WrittenJson('x'.repeat(MiB)));
    const whileWritten = turns;
    await writtenPage(pageOf(collected.results));
    const whileComposed = turns - whileWritten;
    isDone = true;
    await others;
    expect(whileWritten).toBeGreaterThanOrEqual(8);
    expect(whileComposed).toBeGreaterThanOrEqual(8);
  });
});
