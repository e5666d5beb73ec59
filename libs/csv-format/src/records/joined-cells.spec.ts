import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CELL_SEPARATOR, escapeCell, joinCells, ROW_SEPARATOR, splitCells, unescapeCell } from './joined-cells.js';

/** The characters of the codes, their neighbours, and an ordinary one. */
const CHARACTERS = ['\x01', '\x02', '\x03', '\x04', '\x1c', '\x1d', '\x1e', '\x1f', ' ', 'a'];
const SHORT_TEXTS = ['', ...CHARACTERS].flatMap((a) =>
  ['', ...CHARACTERS].flatMap((b) => ['', ...CHARACTERS].map((c) => a + b + c)),
);
const DISTINCT = [...new Set(SHORT_TEXTS)];

const text = fc.string({
  unit: fc.oneof(fc.constantFrom(...CHARACTERS), fc.constantFrom('é', '\u{1F600}', '"', '\n')),
});
const byCodePoint = (a: string, b: string) => Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));

describe('joined cells', () => {
  it('are split into the exact texts', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (cells) => {
        expect(splitCells(joinCells(cells))).toEqual(cells);
      }),
    );
  });

  it('hold no separator but between cells', () => {
    for (const cell of DISTINCT) {
      expect(escapeCell(cell)).not.toContain(CELL_SEPARATOR);
      expect(escapeCell(cell)).not.toContain(ROW_SEPARATOR);
      expect(unescapeCell(escapeCell(cell))).toBe(cell);
    }
  });

  it('compare, contain, start and end as the exact texts do, for all texts of up to three of ten characters', () => {
    const escaped = new Map(DISTINCT.map((each) => [each, escapeCell(each)]));
    const needles = DISTINCT.filter((each) => each.length <= 2);
    const wrong: [string, string][] = [];
    for (const one of DISTINCT) {
      for (const other of needles) {
        const [a, b] = [escaped.get(one)!, escaped.get(other)!];
        const same =
          byCodePoint(a, b) === byCodePoint(one, other) &&
          a.includes(b) === one.includes(other) &&
          a.startsWith(b) === one.startsWith(other) &&
          a.endsWith(b) === one.endsWith(other);
        if (!same) wrong.push([one, other]);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('compare, contain, start and end as the exact texts do, for any texts', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const [a, b] = [escapeCell(one), escapeCell(other)];
        expect(byCodePoint(a, b)).toBe(byCodePoint(one, other));
        expect(a.includes(b)).toBe(one.includes(other));
        expect(a.startsWith(b)).toBe(one.startsWith(other));
        expect(a.endsWith(b)).toBe(one.endsWith(other));
      }),
    );
  });

  it('has the same escape in the latin1 view of a text', () => {
    fc.assert(
      fc.property(text, (cell) => {
        const view = Buffer.from(cell).toString('latin1');
        expect(escapeCell(view)).toBe(Buffer.from(escapeCell(cell)).toString('latin1'));
      }),
    );
  });
});
