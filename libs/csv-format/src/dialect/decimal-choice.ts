import type { SampleTable } from './sample-table.js';

export interface DecimalChoice {
  decimal: '.' | ',';
  /** 0 to 1; below 1 only where columns of both kinds stand in one table. */
  certainty: number;
}

const COLUMNS = 256;

// Proof needs a fraction that no thousands mark could make: not three digits, or three behind a leading zero, or both marks at once.
const COMMA_NUMBER = /^[-+]?(?:\d+|\d{1,3}(?:[. \u00a0\u202f']\d{3})+)(?:,\d+)?$/u;
const COMMA_PROOF = /(?:^|\D)0,\d+$|,(?:\d{1,2}|\d{4,})$|[. \u00a0\u202f']\d{3},\d+$/u;
const DOT_NUMBER = /^[-+]?(?:\d+|\d{1,3}(?:[, \u00a0\u202f']\d{3})+)(?:\.\d+)?(?:[eE][-+]?\d+)?$/u;
const DOT_PROOF = /(?:^|\D)0\.\d+$|\.(?:\d{1,2}|\d{4,})$|[, \u00a0\u202f']\d{3}\.\d+$|[eE]/u;
const UNITS = /^[€$£¥]\s?|\s?[%€$£¥°]$/gu;

/**
 * The decimal mark, by the columns that are numbers throughout and prove which: 12,5 or 0,125 or 1.234,5 prove a comma; 1,234 proves nothing, it
 * may be a thousand. Without proof it is a point, because a comma wrongly taken for one changes values and the other mistake does not.
 */
export function chooseDecimal(table: SampleTable, firstRow: number, width: number): DecimalChoice {
  let commas = 0;
  let points = 0;
  for (let column = 0; column < Math.min(width, COLUMNS); column++) {
    const values: string[] = [];
    for (let record = firstRow; record < table.detailed; record++) {
      if (column >= table.cells(record)) continue;
      const value = table.text(record, column).trim().replace(UNITS, '');
      if (value !== '') values.push(value);
    }
    if (proves(values, COMMA_NUMBER, COMMA_PROOF)) commas++;
    else if (proves(values, DOT_NUMBER, DOT_PROOF)) points++;
  }
  const decimal = commas > points ? ',' : '.';
  return { decimal, certainty: commas > 0 && points > 0 ? Math.max(commas, points) / (commas + points) : 1 };
}

/** Nine of ten values are such numbers (there is always an "n/a"), and one is proof. */
function proves(values: readonly string[], number: RegExp, proof: RegExp): boolean {
  const numbers = values.filter((value) => number.test(value));
  return numbers.length >= values.length * 0.9 && numbers.some((value) => proof.test(value));
}
