import { readFileSync, writeFileSync } from 'node:fs';

/** Peak resident memory of a process so far, in MB, as Linux counts it. */
export function peakMegabytes(pid: number): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  if (!kibibytes) throw new Error(`Process ${pid} has no memory.`);
  return (Number(kibibytes) * 1024) / 1e6;
}

/** Resets the peak memory of a process; see clear_refs in proc(5). */
export function resetPeakMemory(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
