import { readFileSync } from 'node:fs';

/** Of Linux: the unit of the times in /proc, in milliseconds. */
const TICK_MS = 10;

/**
 * Watches how long the event loop of an api process is busy without a pause. The process measures it itself and forgets it with each look
 * at its metrics, so only one test may look at a time.
 */
export class EventLoopWatch {
  private usedMs: number | null = null;

  constructor(private readonly api: { url: string; pid: number }) {}

  /**
   * The longest block in milliseconds since the last look. A process that waits for a processor of a busy machine looks blocked to itself,
   * but it uses no processor meanwhile: what its main thread has used is the upper limit, where the system tells it.
   */
  async longestBlock(): Promise<number> {
    const text = await (await fetch(`${this.api.url}/metrics`)).text();
    const seconds = /^nodejs_eventloop_lag_max_seconds(?:\{[^}]*\})? (\S+)$/m.exec(text)?.[1];
    if (seconds === undefined) throw new Error('The metrics do not show the lag of the event loop.');
    const before = this.usedMs;
    this.usedMs = mainThreadMs(this.api.pid);
    const used = this.usedMs === null || before === null ? Number.POSITIVE_INFINITY : this.usedMs - before + TICK_MS;
    return Math.min(Number(seconds) * 1000, used);
  }
}

/** The processor time that the main thread of a process has used; null where the system does not tell it. */
function mainThreadMs(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8');
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13);
    return (Number(user) + Number(system)) * TICK_MS;
  } catch {
    return null;
  }
}

/** How many blocks are printed. Over 200 ms on an idle machine is a fault. */
const SHOWN = 12;

/** Prints the longest blocks. @returns all, longest first */
export function printLongest(blocks: { ms: number; what: string }[], ofWhat: string) {
  const sorted = blocks.toSorted((a, b) => b.ms - a.ms);
  const lines = sorted.slice(0, SHOWN).map(({ ms, what }) => `${ms.toFixed(0).padStart(6)} ms  ${what}`);
  console.log(`The longest blocks of ${blocks.length} ${ofWhat}:\n${lines.join('\n')}`);
  return sorted;
}
