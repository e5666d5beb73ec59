import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { AsyncContext } from './async-context.js';

describe('an async context', () => {
  it('is visible to all work inside it and to nothing else', async () => {
    const context = new AsyncContext<string>();
    const see = async () => {
      await sleep(1);
      return context.current;
    };
    const outside = see();
    expect(await Promise.all([context.run('a', see), context.run('b', see), outside])).toEqual(['a', 'b', undefined]);
    expect(context.current).toBeUndefined();
  });

  it('stays for those inside when another one ends', async () => {
    const context = new AsyncContext<string>();
    const long = context.run('long', async () => {
      await sleep(20);
      return context.current;
    });
    await context.run('short', async () => {});
    await expect(context.run('failed', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await long).toBe('long');
  });

  it('can be entered and left without a promise', async () => {
    const context = new AsyncContext<string>();
    let seen: Promise<string | undefined> | undefined;
    const leave = context.enter('request', () => {
      seen = sleep(5).then(() => context.current);
    });
    expect(context.current).toBeUndefined();
    expect(await seen).toBe('request');
    leave();
  });

  it('is held by work that goes on when whoever entered it has left', async () => {
    const context = new AsyncContext<string>();
    const see = () => sleep(5).then(() => context.current);
    let held: Promise<string | undefined> | undefined;
    const leave = context.enter('request', () => {
      held = context.hold(see);
    });
    leave();
    expect(await held).toBe('request');
    expect(await context.hold(see)).toBeUndefined();
  });

  it('can be entered again after all have left', async () => {
    const context = new AsyncContext<number>();
    for (const value of [1, 2]) expect(await context.run(value, async () => context.current)).toBe(value);
  });
});
