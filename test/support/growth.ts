/** Of the larger of two sizes to the smaller. Work that grows with the square of the size takes 64 times as long, not 8. */
const EIGHT_TIMES = 8;

/** Between a growth of 8 (linear) and one of 64 (quadratic), with room for a noisy machine on both sides. */
export const LINEAR = 24;

/** Garbage collections and other programs only add time, so the quickest of some rounds is nearest to the truth. */
const ROUNDS = 6;

/**
 * How many times as much CPU time work takes for eight times the size. A ratio within one run, so no machine is too slow for it.
 * @param work does the work for a size. In each round it is run once for the whole size and eight times for an eighth of it, so that both
 * take about as long; rounds end once the growth is linear.
 */
export function growth(work: (size: number) => void, size: number): number {
  let large = Number.POSITIVE_INFINITY;
  let small = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const ofEighths = cpuOf(() => {
      for (let time = 0; time < EIGHT_TIMES; time++) work(size / EIGHT_TIMES);
    });
    small = Math.min(small, ofEighths / EIGHT_TIMES);
    large = Math.min(
      large,
      cpuOf(() => work(size)),
    );
    if (large / small < LINEAR) break;
  }
  return large / small;
}

/** In milliseconds. */
function cpuOf(work: () => void): number {
  const started = process.cpuUsage();
  work();
  return Math.max(process.cpuUsage(started).user / 1000, 1);
}
