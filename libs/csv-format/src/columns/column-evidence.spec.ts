import { describe, expect, it } from 'vitest';
import { ColumnEvidence, NO_RULE, type ValuePlace } from './column-evidence.js';
import { typeOf } from './column-formats.js';
import { NONE } from './readings.js';

const times = (count: number, value: string) => Array<string>(count).fill(value);

/** Looks at the values of one column, each in a row and on two lines of its own. */
function see(evidence: ColumnEvidence, values: readonly string[]): ColumnEvidence {
  const bytes = Buffer.from(values.join(''));
  const places: ValuePlace[] = [];
  for (const [row, value] of values.entries()) {
    const from = places.at(-1)?.to ?? 0;
    places.push({ row, from, to: from + Buffer.byteLength(value) });
  }
  for (const { row, from, to } of places)
    if (evidence.readings[0] !== NONE) evidence.see(0, bytes, from, to, row, row * 2 + 1);
  evidence.recount(bytes, () => places);
  return evidence;
}
const found = (values: readonly string[]) => {
  const evidence = see(new ColumnEvidence([NO_RULE]), values);
  return { type: typeOf(evidence.readings[0]!), filled: evidence.filled[0], ...evidence.exceptions.get(0) };
};

describe('the evidence of a column', () => {
  it('is of the reading that most values have, with the row and line of the first that has another', () => {
    expect(found(['12', '1.5', '7', '1.234,50', '2.000,5', '3,25'])).toEqual({
      type: 'number',
      filled: 6,
      count: 1,
      alike: 1,
      row: 1,
      line: 3,
      value: '1.5',
    });
    expect(found(['13.10.2026', 'x', '2026-10-13', ...times(3, '14.10.2026')])).toMatchObject({
      type: 'date',
      count: 2,
      alike: 1,
      row: 1,
      line: 3,
    });
    expect(found(['0', 'x', ...times(9, '14.10.2026')])).toMatchObject({ type: 'date', count: 2, row: 0, line: 1 });
    expect(found([...times(3_000, 'x'), '7', ...times(9, 'y')])).toMatchObject({ type: 'text' });
  });

  it('is given up for good where a part has too many texts', () => {
    const next = see(new ColumnEvidence([NO_RULE]), times(2_000, 'x')).next();
    see(next, ['1', '2']);
    expect([next.readings[0], next.filled[0]]).toEqual([NONE, 0]);
    const kept = see(new ColumnEvidence([NO_RULE]), times(900, 'x')).next();
    expect(kept.readings).not.toEqual([NONE]);
  });
});
