import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Down, Probe } from './probe.js';

describe('a probe', () => {
  it('reports up, with details', async () => {
    expect(await new Probe(async () => ({ alive: 2 })).check()).toMatchObject({ status: 'up', details: { alive: 2 } });
  });

  it('reports down, with the reason of a Down error', async () => {
    const probe = new Probe(async () => {
      throw new Down('no worker has been seen');
    });
    expect(await probe.check()).toMatchObject({ status: 'down', details: { reason: 'no worker has been seen' } });
  });

  it('does not show the messages of other errors', async () => {
    const probe = new Probe(async () => {
      throw Object.assign(new Error('connect to db.internal refused for admin'), { code: 'ECONNREFUSED' });
    });
    expect(await probe.check()).toMatchObject({ status: 'down', details: { reason: 'ECONNREFUSED' } });
  });

  it('does not wait for a part that hangs', async () => {
    expect(await new Probe(() => new Promise(() => {})).check()).toMatchObject({ status: 'down' });
  });

  it('reports up after a recent success while an answer is late', async () => {
    let delayMs = 0;
    const probe = new Probe(async () => {
      await sleep(delayMs);
      return {};
    });
    await probe.check();
    delayMs = 500;
    expect(await probe.check()).toMatchObject({ status: 'up', details: { late: true } });
  });

  it('reports down when a late answer has turned out to be a failure', async () => {
    let answer: () => Promise<object> = async () => ({});
    const probe = new Probe(() => answer() as Promise<Record<string, never>>, 60_000);
    await probe.check();
    answer = () => sleep(100).then(() => Promise.reject(new Error()));
    expect(await probe.check()).toMatchObject({ status: 'up', details: { late: true } });
    await sleep(100);
    expect(await probe.check()).toMatchObject({ status: 'down' });
  });
});
