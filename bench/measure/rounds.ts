import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Load, LoadOptions, Requests } from './load.js';
import { median, medianKnown } from './statistics.js';

/** The median round of one contender. */
export interface Measured {
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** Requests per second of CPU time. Other load on the machine changes it little. */
  perCpuSecond: number | undefined;
  /** Used share of one core; it can exceed 1, because the garbage collector has other threads. */
  cores: number | undefined;
}

/** A server under load, and what it is asked. */
export interface Contender {
  origin: string;
  requests: Requests;
  /** CPU time so far of everything that works for the answers, in seconds; undefined where it is not known. */
  cpuSeconds(): number | undefined;
}

export interface RoundOptions {
  rounds: number;
  seconds: number;
  connections: number;
}

/** Measures both sides in alternating rounds, so that other load on the machine affects both. */
export async function compare(
  service: Contender,
  ceiling: Contender,
  options: RoundOptions,
): Promise<{ service: Measured; ceiling: Measured }> {
  const ofService: Measured[] = [];
  const ofCeiling: Measured[] = [];
  // One second of warm-up, which is not counted.
  await measure(service, { ...options, seconds: 1 });
  await measure(ceiling, { ...options, seconds: 1 });
  for (let round = 0; round < options.rounds; round++) {
    ofService.push(await measure(service, options));
    ofCeiling.push(await measure(ceiling, options));
  }
  return { service: medians(ofService), ceiling: medians(ofCeiling) };
}

async function measure(
  { origin, requests, cpuSeconds }: Contender,
  { seconds, connections }: Omit<RoundOptions, 'rounds'>,
): Promise<Measured> {
  const before = cpuSeconds();
  const load = await sendLoad({ origin, requests, connections, seconds });
  const after = cpuSeconds();
  const { p50, p99 } = load;
  const cpu = before === undefined || after === undefined ? undefined : after - before;
  return {
    perSecond: load.requests / load.seconds,
    p50,
    p99,
    perCpuSecond: cpu && load.requests / cpu,
    cores: cpu && cpu / load.seconds,
  };
}

const run = promisify(execFile);

/** A proxy that takes new settings may close a connection as its next request arrives; clients send that again (RFC 9112, 9.3.1). */
const REQUESTS_PER_LOST = 10_000;

/**
 * Sends requests from another process.
 * @throws Error when answers are missing or one has another status than 2xx, because an error is fast too
 */
export async function sendLoad(options: LoadOptions): Promise<Load> {
  const script = fileURLToPath(new URL('load.ts', import.meta.url));
  const { stdout } = await run(process.execPath, [
    '--import',
    '@swc-node/register/esm-register',
    script,
    JSON.stringify(options),
  ]);
  const load = JSON.parse(stdout) as Load;
  const failed = Object.keys(load.statuses).some((status) => !status.startsWith('2'));
  if (failed || load.errors > load.requests / REQUESTS_PER_LOST || load.requests === 0) {
    const [{ method, path }] = options.requests;
    throw new Error(`${method} ${path} failed: ${stdout}`);
  }
  return load;
}

/** The median of each number on its own: rounds differ only by other load on the machine. */
const medians = (rounds: Measured[]): Measured => ({
  perSecond: median(rounds.map((round) => round.perSecond)),
  p50: median(rounds.map((round) => round.p50)),
  p99: median(rounds.map((round) => round.p99)),
  perCpuSecond: medianKnown(rounds.map((round) => round.perCpuSecond)),
  cores: medianKnown(rounds.map((round) => round.cores)),
});
