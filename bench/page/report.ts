import { markdownTable, whole } from '../measure/report.js';
import { quantile } from '../measure/statistics.js';
import type { Footprint, Jumps } from './jumps.js';

/** What a jump may take in 95 of 100 cases on an idle machine, so that a dragged scroll bar shows rows and not grey. */
const AIM_MS = 100;
/** The heap may differ by this much between two collections of garbage without anything being kept. */
const NOISE_BYTES = 2_000_000;

/** A line for each part between two footprints: how long its jumps took, and what the tab was at its end. */
export function jumpsTable({ milliseconds, footprints }: Jumps): string {
  const lines = footprints.map(({ jumps, heapBytes, nodes, listeners }, at) => {
    const part = at === 0 ? [] : milliseconds.slice(footprints[at - 1]!.jumps, jumps);
    const ms = (q: number) => (part.length === 0 ? '' : quantile(part, q).toFixed(0));
    return [whole(jumps), ms(0.5), ms(0.95), (heapBytes / 1e6).toFixed(1), whole(nodes), whole(listeners)];
  });
  return markdownTable([['jumps', 'p50 ms', 'p95 ms', 'JS heap MB', 'DOM nodes', 'listeners'], ...lines]);
}

/** Whether the heap of the last third is that of the first third. */
export function isLevel(footprints: readonly Footprint[]): boolean {
  const third = Math.max(1, Math.floor(footprints.length / 3));
  const least = (some: readonly Footprint[]) => Math.min(...some.map(({ heapBytes }) => heapBytes));
  const [start, end] = [least(footprints.slice(0, third)), least(footprints.slice(-third))];
  return end - start <= Math.max(NOISE_BYTES, start * 0.1);
}

export function verdict(jumps: Jumps): string {
  const p95 = quantile(jumps.milliseconds, 0.95);
  const slow = jumps.milliseconds.filter((ms) => ms > AIM_MS).length;
  return [
    `All jumps: p50 ${quantile(jumps.milliseconds, 0.5).toFixed(0)} ms, p95 ${p95.toFixed(0)} ms${p95 > AIM_MS ? ` (misses its aim of ${AIM_MS})` : ''}, at most ${Math.max(...jumps.milliseconds).toFixed(0)} ms; ${whole(slow)} of ${whole(jumps.milliseconds.length)} took more than ${AIM_MS} ms.`,
    isLevel(jumps.footprints) ? 'The memory of the tab is level.' : 'The memory of the tab grows.',
  ].join('\n');
}
