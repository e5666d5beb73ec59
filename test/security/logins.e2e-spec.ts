import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Service } from '../support/service.js';
import { rankTest } from './rank-test.js';

const ACCOUNTS = 20;
const PAIRS = 300;
/** Chance alone comes below it twice in a row once in a million runs. */
const IMPROBABLE = 0.001;

let service: Service;
beforeAll(async () => {
  service = await Service.start({ workers: 0, env: { PASSWORD_HASH_MEMORY_KIB: '8192' } });
});
afterAll(() => service?.stop());

/** How long a wrong login takes, in ms. */
async function timeOf(email: string): Promise<number> {
  const from = performance.now();
  const { status } = await service.client.post('/auth/user/login/', { email, password: 'a-wrong-password-77' });
  const ms = performance.now() - from;
  expect(status).toBe(401);
  return ms;
}

/**
 * The times of an address with an account and of one without, one right after the other, so that whatever else the machine does slows both.
 * Each of both kinds is asked for equally often.
 */
async function timesInPairs(known: string[]): Promise<[number, number][]> {
  const pairs: [number, number][] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const address = known[pair % known.length]!;
    const unknown = address.replace('person', 'nobody');
    expect(unknown).not.toBe(address);
    // Whoever is second might profit from the first.
    if (Math.floor(pair / known.length) % 2 === 0) pairs.push([await timeOf(address), await timeOf(unknown)]);
    else {
      const ofUnknown = await timeOf(unknown);
      pairs.push([await timeOf(address), ofUnknown]);
    }
  }
  return pairs;
}

describe('the time of a login', () => {
  it('does not tell whether the address has an account', { timeout: 600_000 }, async () => {
    const known: string[] = [];
    for (let account = 0; account < ACCOUNTS; account += 1) known.push((await service.client.withAccount()).email);
    const ps: number[] = [];
    for (let attempt = 1; attempt <= 2 && (ps.at(-1) ?? 0) < IMPROBABLE; attempt += 1) {
      ps.push(rankTest(await timesInPairs(known)));
    }
    console.log(
      `Times of known and unknown addresses come from one distribution with p = ${ps.map((p) => p.toPrecision(3)).join(', then ')}`,
    );
    expect(ps.at(-1)).toBeGreaterThanOrEqual(IMPROBABLE);
  });
});
