import { spawn } from 'node:child_process';

// Reads a pipe that only this process holds open. A line means "released"; the end of the pipe means that this process has ended.
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

export interface WatchOptions {
  /** The signal that asks the process to stop, without SIG: INT, TERM. */
  signal: string;
  graceMs: number;
  /** Folders to delete after the process has ended. */
  remove?: string[];
}

/**
 * Ends process `pid` when this process ends, also by kill -9, after which no handler of this process runs. The watchdog is a
 * sleeping shell (1 MB) in a separate session, so a signal to our process group does not reach it.
 */
export function watch(pid: number, { signal, graceMs, remove = [] }: WatchOptions): { release(): void } {
  const watcher = spawn('sh', ['-c', WATCH, 'watchdog', `${pid}`, signal, `${Math.ceil(graceMs / 100)}`, ...remove], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.on('error', () => {});
  watcher.stdin.on('error', () => {});
  watcher.unref();
  (watcher.stdin as unknown as { unref(): void }).unref();
  return { release: () => watcher.stdin.end('released\n') };
}
