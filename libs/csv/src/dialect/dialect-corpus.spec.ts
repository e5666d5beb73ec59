import { detectDialect } from '@app/csv-format';
import { describe, expect, it } from 'vitest';
import { AWKWARD_HEADS, USUAL } from './awkward-heads.fixture.js';

describe('the dialect of an awkward file', () => {
  it.each(AWKWARD_HEADS.map((head) => [head.trouble, head] as const))(
    'is found: %s',
    (_, { text, expected, header }) => {
      const { dialect, header: names } = detectDialect(Buffer.from(text));
      expect(dialect).toMatchObject({ ...USUAL, ...expected });
      if (header) expect(names).toEqual(header);
    },
  );

  it('is tried on at least 60 heads, each with a name of its own', () => {
    expect(new Set(AWKWARD_HEADS.map(({ trouble }) => trouble)).size).toBe(AWKWARD_HEADS.length);
    expect(AWKWARD_HEADS.length).toBeGreaterThanOrEqual(60);
  });
});
