import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@app/config';
import { ServiceUnavailable } from '@app/problems';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MOST_WAITING, Passwords } from './passwords.js';

const passwords = (environment: Record<string, string> = {}) =>
  new Passwords(loadConfig({ PASSWORD_HASH_MEMORY_KIB: '8192', ...environment }));

describe('a password', () => {
  it('matches its own hash only', async () => {
    const checked = passwords();
    const stored = await checked.hash('violet-harbour-29-lamps');
    expect(stored).toMatch(/^\$argon2id\$/);
    expect(await checked.matches(stored, 'violet-harbour-29-lamps')).toBe(true);
    expect(await checked.matches(stored, 'violet-harbour-29-lamp')).toBe(false);
    expect(await checked.matches(null, 'no account has this password')).toBe(false);
  });
});

describe('many passwords at once', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'passwords-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('leave threads for the files that are written meanwhile', async () => {
    const checked = passwords();
    await checked.hash('warm up');
    let hashed = 0;
    const all = Array.from({ length: 150 }, () => checked.hash('a').then(() => (hashed += 1)));
    await writeFile(join(folder, 'file'), 'text');
    // Writing a file takes three calls, and each may wait for a hash that runs already.
    expect(hashed).toBeLessThan(30);
    await Promise.all(all);
    expect(hashed).toBe(150);
  });

  it('are refused when too many wait already', async () => {
    const checked = passwords({ PASSWORD_HASH_MEMORY_KIB: '1024' });
    const all = await Promise.allSettled(Array.from({ length: MOST_WAITING + 20 }, () => checked.hash('a')));
    const refused = all.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(refused.length).toBeGreaterThan(10);
    expect(refused.length).toBeLessThanOrEqual(20);
    for (const { reason } of refused) expect(reason).toBeInstanceOf(ServiceUnavailable);
    expect(await checked.hash('a')).toMatch(/^\$argon2id\$/);
  });
});
