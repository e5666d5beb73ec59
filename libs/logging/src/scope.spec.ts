import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Scope } from './scope.js';

describe('a scope', () => {
  it('is seen by all that is done in it, and by nothing else', async () => {
    const scope = new Scope<string>();
    const see = async () => {
      await sleep(1);
      return scope.current;
    };
    const outside = see();
    expect(await Promise.all([scope.run('a', see), scope.run('b', see), outside])).toEqual(['a', 'b', undefined]);
    expect(scope.current).toBeUndefined();
  });

  it('lasts for those still in it when another ends', async () => {
    const scope = new Scope<string>();
    const long = scope.run('long', async () => {
      await sleep(20);
      return scope.current;
    });
    await scope.run('short', async () => {});
    await expect(scope.run('failed', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await long).toBe('long');
  });

  it('can be entered and left without a promise', async () => {
    const scope = new Scope<string>();
    let seen: Promise<string | undefined> | undefined;
    const leave = scope.enter('request', () => {
      seen = sleep(5).then(() => scope.current);
    });
    expect(scope.current).toBeUndefined();
    expect(await seen).toBe('request');
    leave();
  });

  it('can be entered again after everybody left', async () => {
    const scope = new Scope<number>();
    for (const value of [1, 2]) expect(await scope.run(value, async () => scope.current)).toBe(value);
  });
});
