import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { curlOf, shellWord, tokenOf } from './curl.js';

describe('a command for the terminal', () => {
  it('has filters, search and order, and no token', () => {
    expect(curlOf('http://localhost:3000', 'abc', { filters: '{"city":"O\'Hare"}', sort_by: '-price' })).toBe(
      `curl -sG http://localhost:3000/api/v1/csv-data/uploads/abc/data/ -H "Authorization: Bearer $TOKEN" \\
  --data-urlencode 'filters={"city":"O'\\''Hare"}' \\
  --data-urlencode sort_by=-price`,
    );
  });

  it('says where the token comes from', () => {
    const answer =
      'curl() { shift $(($# - 1)); printf \'{"given":%s,"token":"abc.def-1","expires_at":"later"}\' "$1"; }';
    const script = `${answer}\n${tokenOf('http://localhost:3000', "o'hare@example.org")}\necho "$TOKEN"`;
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe('abc.def-1\n');
    expect(tokenOf('http://localhost:3000', 'ada@example.org')).toContain('{"email":"ada@example.org","password":"…"}');
  });

  it('gives the shell every text as it is', () => {
    const texts = fc.array(
      fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(texts, (given) => {
        const words = execFileSync('sh', ['-c', `printf '%s\\0' ${given.map(shellWord).join(' ')}`], {
          encoding: 'utf8',
        });
        expect(words.split('\0').slice(0, -1)).toEqual(given.map((text) => text.toWellFormed()));
      }),
      { numRuns: 20 },
    );
  });
});
