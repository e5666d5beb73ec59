import type { SampleTable } from './sample-table.js';

export interface DecimalChoice {
  decimal: '.' | ',';
  /** 0 to 1; below 1 only where a table has columns of both kinds. */
  certainty: number;
}

const COLUMNS = 256;

// Proof is a fraction that cannot be a group of thousands: not three digits, or three behind a leading zero, or both marks at once.
const COMMA_NUMBER = /^[-+]?(?:\d+|\d{1,3}(?:[. \u00a0\u202f']\d{3})+)(?:,\d+)?$/u;
const COMMA_PROOF = /(?:^|\D)0,\d+$|,(?:\d{1,2}|\d{4,})$|[. \u00a0\u202f']\d{3},\d+$/u;
const DOT_NUMBER = /^[-+]?(?:\d+|\d{1,3}(?:[, \u00a0\u202f']\d{3})+)(?:\.\d+)?(?:[eE][-+]?\d+)?$/u;
const DOT_PROOF = /(?:^|\D)0\.\d+$|\.(?:\d{1,2}|\d{4,})$|[, \u00a0\u202f']\d{3}\.\d+$|[eE]/u;
const UNITS = /^[€$£¥]\s?|\s?[%€$£¥°]$/gu;

/**
 * The decimal mark, by the columns that contain only numbers: 12,5 or 0,125 or 1.234,5 prove a comma; 1,234 proves nothing, as it may be
 * a thousand. Without proof it is a point, because a comma that is wrongly taken for the decimal mark changes values, and a point does not.
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

/** Whether nine of ten values are such numbers (most columns have an "n/a" or the like), and one is proof. */
function proves(values: readonly string[], number: RegExp, proof: RegExp): boolean {
  const numbers = values.filter((value) => number.test(value));
  return numbers.length >= values.length * 0.9 && numbers.some((value) => proof.test(value));
}
