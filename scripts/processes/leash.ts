import { spawn } from 'node:child_process';

// Blocks on a pipe that only we hold open. A line means "released"; the end of the pipe means that we are gone.
const WATCH = `
trap '' INT HUP TERM
read -r released && exit 0
pid=$1 signal=$2 tenths=$3
shift 3
kill -s "$signal" "$pid" 2>/dev/null
while [ "$tenths" -gt 0 ] && kill -s 0 "$pid" 2>/dev/null; do sleep 0.1; tenths=$((tenths - 1)); done
kill -s KILL "$pid" 2>/dev/null
[ $# -eq 0 ] || rm -rf -- "$@"
`;

export interface LeashOptions {
  /** The polite signal, without SIG: INT, TERM. */
  signal: string;
  graceMs: number;
  /** Folders to remove once the process is gone. */
  remove?: string[];
}

/**
 * Sees to it that process `pid` ends when this process ends, however this process ends: kill -9 included, where no handler
 * of ours runs any more. A sleeping shell (1 MB) in a session of its own, so a signal to our group does not reach it.
 */
export function leash(pid: number, { signal, graceMs, remove = [] }: LeashOptions): { release(): void } {
  const watcher = spawn('sh', ['-c', WATCH, 'leash', `${pid}`, signal, `${Math.ceil(graceMs / 100)}`, ...remove], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.on('error', () => {});
  watcher.stdin.on('error', () => {});
  watcher.unref();
  (watcher.stdin as unknown as { unref(): void }).unref();
  return { release: () => watcher.stdin.end('released\n') };
}
