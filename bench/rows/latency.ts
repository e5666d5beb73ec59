import { quantile } from '../measure/statistics.js';

/** Time for the samples of one question. Slow ones get fewer samples, so that all fit in a few minutes on two cores. */
const MEASURE_MS = 1_500;
const FEWEST_SAMPLES = 3;
/** After this time fewer are enough, even one. */
const LONGEST_MS = 5_000;

/** Times in milliseconds. */
export interface Latency {
  p50: number;
  p95: number;
  /** Answers per second of all clients. */
  perSecond: number;
  /** Answers that were not 200; their times do not count. */
  failures: number;
}

/**
 * Asks `samples` times with this many clients at once, or fewer times when it takes too long.
 * @param ask one question and its whole answer; false for a failure
 */
export async function sample(samples: number, clients: number, ask: () => Promise<boolean>): Promise<Latency> {
  const startedAt = performance.now();
  const isEnough = (taken: number) => {
    const elapsed = performance.now() - startedAt;
    return taken >= samples || elapsed > LONGEST_MS || (taken >= FEWEST_SAMPLES && elapsed > MEASURE_MS);
  };
  return sampleWhile((taken) => !isEnough(taken), clients, ask);
}

/** Asks again and again until `goesOn` says no to the number of answers so far. */
export async function sampleWhile(
  goesOn: (taken: number) => boolean,
  clients: number,
  ask: () => Promise<boolean>,
): Promise<Latency> {
  const times: number[] = [];
  let failures = 0;
  const startedAt = performance.now();
  const one = async () => {
    while (goesOn(times.length + failures)) {
      const askedAt = performance.now();
      if (await ask()) times.push(performance.now() - askedAt);
      else failures += 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, one));
  return latencyOf(times, (performance.now() - startedAt) / 1000, failures);
}

export function latencyOf(times: number[], seconds: number, failures = 0): Latency {
  return { p50: quantile(times, 0.5), p95: quantile(times, 0.95), perSecond: times.length / seconds, failures };
}
