import { loadConfig } from '@app/config';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { dataSourceOptions } from '../src/data-source-options.js';
import { foldCase, foldedCase } from '../src/text-matching.js';

let database: TestDatabase;
let dataSource: DataSource;
beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await new DataSource(dataSourceOptions(loadConfig({ DATABASE_URL: database.url }), 'test')).initialize();
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

const byPostgres = async (texts: string[]): Promise<string[]> => {
  const rows = await dataSource.query(
    `SELECT ${foldCase('text')} AS folded FROM unnest($1::text[]) WITH ORDINALITY AS t (text, n) ORDER BY n`,
    [texts],
  );
  return rows.map(({ folded }: { folded: string }) => folded);
};

describe('the folded case of a text', () => {
  it('is the same here and in PostgreSQL, for every letter that both know', async () => {
    const letters = Array.from({ length: 0x110000 }, (_, code) => code)
      .filter((code) => code > 0 && (code < 0xd800 || code > 0xdfff))
      .map((code) => String.fromCodePoint(code))
      .filter((character) => /\p{L}|\p{M}|\p{N}|\p{So}/u.test(character));
    const folded = await byPostgres(letters);
    // Node may know letters of a later Unicode. PostgreSQL leaves them as they are, so here two accounts may share a limit.
    const [{ assigned }] = await dataSource.query(
      'SELECT array_agg(unicode_assigned(text) ORDER BY n) AS assigned FROM unnest($1::text[]) WITH ORDINALITY AS t (text, n)',
      [letters],
    );
    const different = letters.filter((letter, at) => assigned[at] && foldedCase(letter) !== folded[at]);
    expect(assigned.filter(Boolean).length).toBeGreaterThan(100_000);
    expect(different).toEqual([]);
  });

  it.each(['vİctim@example.org', 'ΟΔΥΣΣΕΥΣ', 'Straße', 'ǅungla', 'K', 'a\u0307'])(
    'is the same for %j, character by character',
    async (text) => {
      expect(foldedCase(text)).toBe((await byPostgres([text]))[0]);
    },
  );
});
