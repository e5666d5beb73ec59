import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Service } from '../support/service.js';
import { rankTest } from './rank-test.js';

const PAIRS = 150;
/** Chance alone comes below it twice in a row once in a million runs. */
const IMPROBABLE = 0.001;

let service: Service;
beforeAll(async () => {
  service = await Service.start({ workers: 0, env: { PASSWORD_HASH_MEMORY_KIB: '8192' } });
});
afterAll(() => service?.stop());

/** How long a wrong login takes for an address with an account and for one without, each in turn, in ms. */
async function times(known: string): Promise<{ known: number[]; unknown: number[] }> {
  const found = { known: [] as number[], unknown: [] as number[] };
  const login = async (kind: 'known' | 'unknown', email: string) => {
    const from = performance.now();
    const { status } = await service.client.post('/auth/user/login/', { email, password: 'a-wrong-password-77' });
    found[kind].push(performance.now() - from);
    expect(status).toBe(401);
  };
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const unknown = `${known.length}-${pair}-${known}`.slice(-known.length);
    // Whoever is second might profit from the first.
    if (pair % 2 === 0) await login('known', known);
    await login('unknown', unknown);
    if (pair % 2 === 1) await login('known', known);
  }
  return found;
}

describe('the time of a login', () => {
  it('does not tell whether the address has an account', { timeout: 300_000 }, async () => {
    const { email } = await service.client.withAccount();
    const ps: number[] = [];
    for (let attempt = 1; attempt <= 2 && (ps.at(-1) ?? 0) < IMPROBABLE; attempt += 1) {
      const { known, unknown } = await times(email);
      ps.push(rankTest(known, unknown));
    }
    console.log(
      `Times of known and unknown addresses come from one distribution with p = ${ps.map((p) => p.toPrecision(3)).join(', then ')}`,
    );
    expect(ps.at(-1)).toBeGreaterThanOrEqual(IMPROBABLE);
  });
});
