import type { ColumnType } from '@app/csv-format';

export type ProfileValue = string | number | boolean;

export interface TopValue {
  value: ProfileValue;
  count: number;
}

/** Numbers from `from` to below `to`; the last bucket includes `to`. */
export interface HistogramBucket {
  from: number;
  to: number;
  count: number;
}

/** The contents of a column. Values are compared by the column's type: `1.0` and `1` are one number. */
export interface ColumnProfile {
  key: string;
  filled: number;
  empty: number;
  distinct: number;
  distinct_is_estimate: boolean;
  min: ProfileValue | null;
  max: ProfileValue | null;
  top_values: TopValue[];
  top_values_are_estimates: boolean;
  /** Only for columns of numbers. */
  histogram: HistogramBucket[] | null;
}

/** The shown form of a compared value, from the text that PostgreSQL returns. Datetimes are shown in UTC. */
export function profileValue(type: ColumnType, text: string): ProfileValue {
  switch (type) {
    case 'integer':
    case 'number':
      return Number(text);
    case 'boolean':
      return text === 'true' || text === 't';
    case 'datetime':
      return utc(BigInt(text));
    default:
      return text;
  }
}

/** Microseconds since 1970 as RFC 3339, without a fraction where it is zero. */
function utc(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number((micros - fraction) / 1000n)).toISOString().replace(/\.\d+Z$/, '');
  const digits = String(fraction).padStart(6, '0').replace(/0+$/, '');
  return digits === '' ? `${seconds}Z` : `${seconds}.${digits}Z`;
}
