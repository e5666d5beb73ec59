import type { ColumnType } from '@app/csv-format';

export type ProfileValue = string | number | boolean;

export interface TopValue {
  value: ProfileValue;
  count: number;
}

/** Numbers from `from` up to `to`, which belongs to the next bucket, but for the last. */
export interface HistogramBucket {
  from: number;
  to: number;
  count: number;
}

/** What is in a column. Values are compared as its type has it: `1.0` and `1` are one number. */
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
  /** Of columns of numbers. */
  histogram: HistogramBucket[] | null;
}

/** A compared value, as PostgreSQL writes it, in the form it is shown in. Datetimes are shown in UTC. */
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

/** Microseconds since 1970 as RFC 3339, without a fraction where there is none. */
function utc(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number((micros - fraction) / 1000n)).toISOString().replace(/\.\d+Z$/, '');
  const digits = String(fraction).padStart(6, '0').replace(/0+$/, '');
  return digits === '' ? `${seconds}Z` : `${seconds}.${digits}Z`;
}
