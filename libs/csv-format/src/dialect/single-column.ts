import { Kind } from './cell-kind.js';
import type { SampleTable } from './sample-table.js';
import { kindAt } from './table-shape.js';

/** Signs that somebody may have used as a delimiter. Those in words, numbers, dates and addresses are not among them. */
const SIGNS = [
  ',',
  ';',
  '\t',
  '|',
  '#',
  '^',
  '~',
  '}',
  '{',
  '=',
  ':',
  '!',
  '$',
  '%',
  '&',
  '*',
  '\\',
  '>',
  '<',
  '§',
  '¦',
];

/** Share of the lines that must hold as many of a sign as most do. */
const IN_NEARLY_ALL = 0.9;
/** Commas, semicolons, tabs and pipes are told from this share of the lines on, however many each holds. */
const COMMON = new Set([',', ';', '\t', '|']);
const IN_MANY = 0.25;

const isTight = (text: string, sign: string): boolean =>
  text.slice(1, -1).split(sign).length > text.slice(1, -1).split(`${sign} `).length;

/** Share of the parts between single blanks that must be numbers with a fraction: names and telephone numbers have blanks too. */
const MOSTLY_FRACTIONS = 0.5;

/** Blanks that part columns: two or more of them, of which the lines hold equally many, or single ones between numbers with a fraction. */
function separatingBlanks(texts: readonly string[]): string | null {
  if (texts.length < 2) return null;
  const isUsual = (count: (text: string) => number): boolean => {
    const counts = texts.map(count);
    const usual = counts[counts.length >> 1]!;
    return usual > 1 && counts.filter((parts) => parts === usual).length >= texts.length * IN_NEARLY_ALL;
  };
  if (isUsual((text) => text.trim().split(/ {2,}/).length)) return '  ';
  const parts = texts.flatMap((text) => text.trim().split(' '));
  const fractions = parts.filter((part) => /^[-+]?\d+\.\d+$/.test(part)).length;
  return fractions >= parts.length * MOSTLY_FRACTIONS && isUsual((text) => text.trim().split(' ').length) ? ' ' : null;
}

/**
 * The sign that may be a delimiter although the file is read as one column: as often in nearly every line, or a common delimiter in many of
 * them or in the first; null where there is none. Numbers, dates, times and addresses hold signs of their own.
 */
export function likelyDelimiter(table: SampleTable): string | null {
  const texts: string[] = [];
  let unquoted = 0;
  for (let record = 0; record < table.detailed; record++) {
    if (table.cells(record) === 0 || !table.isFilled(record, 0)) continue;
    if (!table.isQuoted(record, 0)) unquoted++;
    const kind = kindAt(table, record, 0);
    texts.push(kind === Kind.Text || kind === Kind.Code || kind > Kind.Code ? table.text(record, 0) : '');
  }
  // Cells that are quoted hold their signs on purpose.
  if (texts.length === 0 || unquoted * 2 < texts.length) return null;
  const blanks = separatingBlanks(texts);
  if (blanks !== null) return blanks;
  for (const sign of SIGNS) {
    const counts = new Map<number, number>();
    for (const text of texts) {
      const count = text.slice(1, -1).split(sign).length - 1;
      counts.set(count, (counts.get(count) ?? 0) + 1);
    }
    const alike = Math.max(0, ...[...counts].flatMap(([count, lines]) => (count > 0 ? [lines] : [])));
    if (alike >= texts.length * IN_NEARLY_ALL && texts.length > 1) return sign;
    if (!COMMON.has(sign)) continue;
    // A comma with a blank behind it is one of a sentence.
    const tight = texts.filter((text) => isTight(text, sign)).length;
    if (tight >= texts.length * IN_MANY || isTight(texts[0]!, sign)) return sign;
  }
  return null;
}
