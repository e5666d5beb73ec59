import { readdirSync, readFileSync } from 'node:fs';

/** Places in /proc/PID/stat behind the command's closing bracket; see proc(5). */
const PARENT = 1;
const USER_AND_SYSTEM = [11, 12];
const OF_ENDED_CHILDREN = [13, 14];
const TICKS_PER_SECOND = 100;

/** CPU time so far of a server and its children, also those that have ended, in seconds. */
export function familyCpuSeconds(parent: number): number {
  const ticks = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), stat: statOf(name) }))
    .filter(({ pid, stat }) => pid === parent || stat[PARENT] === parent)
    .flatMap(({ pid, stat }) =>
      [...USER_AND_SYSTEM, ...(pid === parent ? OF_ENDED_CHILDREN : [])].map((i) => stat[i]!),
    );
  return ticks.reduce((sum, value) => sum + value, 0) / TICKS_PER_SECOND;
}

/** Empty for a process that has ended. */
function statOf(pid: string): number[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
  } catch {
    return [];
  }
}
