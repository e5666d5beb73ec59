/** Of the larger of two sizes to the smaller. Work that grows with the square of the size takes 64 times as long, not 8. */
const EIGHT_TIMES = 8;

/** Between a growth of 8 (linear) and one of 64 (quadratic), with room for a noisy machine on both sides. */
export const LINEAR = 24;

/**
 * How many times as much CPU time work takes for eight times the size. A ratio within one run, so no machine is too slow for it.
 * @param work does the work for a size; it is run twice for each size, and the quickest counts
 */
export function growth(work: (size: number) => void, size: number): number {
  const quickest = (of: number) => Math.min(...[1, 2].map(() => cpuOf(() => work(of))));
  const small = quickest(size / EIGHT_TIMES);
  return quickest(size) / Math.max(small, 1);
}

/** In milliseconds. */
function cpuOf(work: () => void): number {
  const started = process.cpuUsage();
  work();
  return process.cpuUsage(started).user / 1000;
}
