import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpuSeconds } from '../http/side.js';

/** CPU time so far of a server and the processes that it has now, in seconds. */
export function familyCpuSeconds(parent: number): number {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid === parent || parentOf(pid) === parent)
    .reduce((sum, pid) => sum + (cpuOf(pid) ?? 0), 0);
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

function cpuOf(pid: number): number | undefined {
  try {
    return cpuSeconds(pid);
  } catch {
    return undefined;
  }
}

/** Lets the kernel begin anew with a process's highest memory; see clear_refs in proc(5). */
export function resetPeakMemory(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
