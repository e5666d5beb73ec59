import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';

/** Whether a process with this id is there, ours or not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * When the process began, in a form that is only good for comparing; undefined when there is none. With the pid it names a
 * process for good, where a pid alone is given out again (soon, in a container).
 */
export function birthOf(pid: number): string | undefined {
  if (!isAlive(pid)) return undefined;
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'lstart=', '-p', `${pid}`], { encoding: 'utf8' }).trim();
    // Field 22 of proc(5) stat, counted behind the command's closing bracket, which may itself contain blanks and brackets.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : `${bootId()}:${fields[19]}`;
  } catch {
    return undefined;
  }
}

/** Ticks since boot mean nothing after the next boot. */
const bootId = () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** The command line of a process; empty when there is none. */
export function commandOf(pid: number): string {
  try {
    return process.platform === 'linux'
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
      : execFileSync('ps', ['-o', 'command=', '-p', `${pid}`], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

/** Uid of a file's owner; undefined when the file is not there. */
export const ownerOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.uid;

export const isRoot = (): boolean => process.getuid?.() === 0;
