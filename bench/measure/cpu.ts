import { readdirSync, readFileSync } from 'node:fs';

/** Places in /proc/PID/stat behind the command's closing bracket; see proc(5). */
const PARENT = 1;
const USER_AND_SYSTEM = [11, 12];
const OF_ENDED_CHILDREN = [13, 14];
/** Linux reports hundredths of a second, independent of the kernel's clock: USER_HZ in proc(5). */
const TICKS_PER_SECOND = 100;

/** CPU time of a process so far, in seconds, user and system, all threads; undefined where there is no /proc. */
export function cpuSeconds(pid: number): number | undefined {
  return hasProc ? secondsOf(statOf(`${pid}`), USER_AND_SYSTEM) : undefined;
}

/** CPU time so far of a server and its children, also those that have ended, in seconds; undefined where there is no /proc. */
export function familyCpuSeconds(parent: number): number | undefined {
  if (!hasProc) return undefined;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ isParent: Number(name) === parent, stat: statOf(name) }))
    .filter(({ isParent, stat }) => isParent || stat[PARENT] === parent)
    .map(({ isParent, stat }) =>
      secondsOf(stat, isParent ? [...USER_AND_SYSTEM, ...OF_ENDED_CHILDREN] : USER_AND_SYSTEM),
    )
    .reduce((sum, seconds) => sum + seconds, 0);
}

const hasProc = process.platform === 'linux';

const secondsOf = (stat: number[], places: number[]): number =>
  places.reduce((sum, place) => sum + (stat[place] ?? 0), 0) / TICKS_PER_SECOND;

/** Empty for a process that has ended. */
function statOf(pid: string): number[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Counted from the last closing bracket, because the command may contain blanks and brackets.
    return stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
  } catch {
    return [];
  }
}
