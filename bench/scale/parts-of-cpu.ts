import { cpuSeconds, familyCpuSeconds } from '../measure/cpu.js';
import { median } from '../measure/statistics.js';

/** CPU time of each part of a service, in seconds. */
export type CpuParts = Record<string, number>;

/** A part that is one process, several of a kind, or a server with its children. */
export interface Part {
  name: string;
  pids: readonly number[];
  /** Count their children too, also those that have ended. */
  family?: boolean;
}

/** Runs `work`. @returns what it returned, and the CPU time that each part used meanwhile */
export async function withCpu<T>(
  parts: readonly Part[],
  work: () => Promise<T>,
): Promise<{ result: T; cpu: CpuParts }> {
  const before = read(parts);
  const result = await work();
  const after = read(parts);
  return {
    result,
    cpu: Object.fromEntries(Object.entries(after).map(([name, seconds]) => [name, seconds - before[name]!])),
  };
}

function read(parts: readonly Part[]): CpuParts {
  return Object.fromEntries(
    parts.map(({ name, pids, family }) => [
      name,
      pids.reduce((sum, pid) => sum + ((family ? familyCpuSeconds(pid) : cpuSeconds(pid)) ?? Number.NaN), 0),
    ]),
  );
}

export const total = (cpu: CpuParts): number => Object.values(cpu).reduce((sum, seconds) => sum + seconds, 0);

/** The median of each part over several rounds. */
export const medianParts = (rounds: readonly CpuParts[]): CpuParts =>
  Object.fromEntries(Object.keys(rounds[0]!).map((name) => [name, median(rounds.map((round) => round[name]!))]));
