import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PreviewedFile } from './preview.js';
import { PreviewThread } from './preview-thread.js';

/** Stands for the thread: it answers, or ends, when the test says so. */
class FakeThread extends EventEmitter {
  readonly got: string[] = [];
  postMessage({ bytes }: PreviewedFile): void {
    this.got.push(Buffer.from(bytes).toString());
  }
  terminate(): void {
    this.emit('exit', 1);
  }
  answer(): void {
    this.emit('message', { json: this.got.at(-1) });
  }
}

const threads: FakeThread[] = [];
vi.mock('../threads.js', () => ({
  threadFile: () => '',
  startThread: () => {
    const thread = new FakeThread();
    threads.push(thread);
    return thread;
  },
}));

beforeEach(() => {
  vi.useFakeTimers();
  threads.splice(0);
});
afterEach(() => void vi.useRealTimers());

const fileOf = (text: string): PreviewedFile => ({
  bytes: new TextEncoder().encode(text),
  isWhole: true,
  options: {},
  encoding: { encoding: 'utf-8', bom: false, confidence: 1 },
});
const here = () => new AbortController().signal;
const turn = () => vi.advanceTimersByTimeAsync(0);

describe('the thread of previews', () => {
  it.each<[string, (thread: FakeThread) => void]>([
    ['too much memory', (thread) => thread.emit('error', new Error('ERR_WORKER_OUT_OF_MEMORY'))],
    ['too much time', () => vi.advanceTimersByTime(20_000)],
  ])('fails only the file that takes %s, and reads the others in a new thread', async (_what, fail) => {
    const previews = new PreviewThread();
    const bad = previews.preview({ userId: 'ann', signal: here() }, fileOf('bad'));
    const others = ['b', 'c'].map((text) => previews.preview({ userId: 'bob', signal: here() }, fileOf(text)));
    const refused = expect(bad).rejects.toMatchObject({ code: 'service_unavailable' });
    await turn();
    fail(threads[0]!);
    await refused;
    await turn();
    threads[1]!.answer();
    expect(await others[0]).toEqual({ json: 'b' });
    await turn();
    threads[1]!.answer();
    expect(await others[1]).toEqual({ json: 'c' });
    expect(threads).toHaveLength(2);
  });

  it('lets users take turns', async () => {
    const previews = new PreviewThread();
    for (const text of ['a1', 'a2', 'a3']) void previews.preview({ userId: 'ann', signal: here() }, fileOf(text));
    void previews.preview({ userId: 'bob', signal: here() }, fileOf('b1'));
    for (let answered = 0; answered < 4; answered += 1) {
      await turn();
      threads[0]!.answer();
    }
    await turn();
    expect(threads[0]!.got.indexOf('b1')).toBeLessThan(3);
    expect(threads[0]!.got).toHaveLength(4);
  });

  it('reads nothing for a client that has left while it waited', async () => {
    const previews = new PreviewThread();
    const first = previews.preview({ userId: 'ann', signal: here() }, fileOf('a'));
    const client = new AbortController();
    const left = previews.preview({ userId: 'bob', signal: client.signal }, fileOf('b'));
    const gone = expect(left).rejects.toMatchObject({ name: 'ClientGone' });
    client.abort();
    await gone;
    await turn();
    threads[0]!.answer();
    expect(await first).toEqual({ json: 'a' });
    await turn();
    expect(threads[0]!.got).toEqual(['a']);
  });
});
