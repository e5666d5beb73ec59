/** The middle value; the higher of the two for an even number of values. NaN without values. */
export const median = (values: number[]): number => quantile(values, 0.5);

/** The value that a share `q` of all values lies below. NaN without values. */
export function quantile(values: number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

/** Median of values that may be unknown; unknown when one of them is. */
export const medianKnown = (values: (number | undefined)[]): number | undefined =>
  values.every((value) => value !== undefined) ? median(values) : undefined;
