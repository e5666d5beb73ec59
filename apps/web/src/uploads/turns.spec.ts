import { describe, expect, it } from 'vitest';
import { Turns } from './turns.js';

/** Work that ends when it is told. */
function work() {
  let end!: () => void;
  const promise = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { promise, end };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('turns', () => {
  it('lets as many run at once as were said, and the others in their order', async () => {
    const turns = new Turns(2);
    const works = Array.from({ length: 5 }, work);
    const begun: number[] = [];
    const { signal } = new AbortController();
    const all = works.map(({ promise }, at) => {
      const begin = () => {
        begun.push(at);
        return promise;
      };
      return turns.take(begin, signal);
    });
    await settled();
    expect(begun).toEqual([0, 1]);
    works[1]!.end();
    await settled();
    expect(begun).toEqual([0, 1, 2]);
    for (const { end } of works) end();
    await Promise.all(all);
    expect(begun).toEqual([0, 1, 2, 3, 4]);
  });

  it('passes the turn on after a failure, and over those that were stopped while they waited', async () => {
    const turns = new Turns(1);
    const first = work();
    const stop = new AbortController();
    const { signal } = new AbortController();
    const begun: string[] = [];
    const failed = turns.take(() => first.promise.then(() => Promise.reject(new Error('lost'))), signal);
    const stopped = turns.take(async () => begun.push('stopped'), stop.signal);
    const last = turns.take(async () => begun.push('last'), signal);
    stop.abort();
    first.end();
    await expect(failed).rejects.toThrow('lost');
    await expect(stopped).rejects.toThrow('No answer came');
    await last;
    expect(begun).toEqual(['last']);
  });
});
