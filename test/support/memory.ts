import { readFileSync, writeFileSync } from 'node:fs';

/** The most memory that a process has had resident so far, in MB, as Linux counts it. */
export function peakMegabytes(pid: number): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  if (!kibibytes) throw new Error(`Process ${pid} has no memory.`);
  return (Number(kibibytes) * 1024) / 1e6;
}

/** Lets the kernel reckon a process's highest memory anew; see clear_refs in proc(5). */
export function resetPeakMemory(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
