import { type DestinationStream, pino } from 'pino';

/** Some forty request lines per write. */
const WRITE_AT_BYTES = 8 * 1024;
const WRITE_AFTER_MS = 100;

/** What is kept while stdout cannot be written, on a full disk for example; later lines are dropped until it can be written again. */
const KEEP_BYTES = 1024 * 1024;

/**
 * A file descriptor that many lines are written to at once. All lines are written when the process exits or logs a fatal error;
 * one that is killed loses those of its last 100 ms.
 */
function bufferedOutput(fd: number): DestinationStream & { flushSync(): void } {
  const output = pino.destination({
    dest: fd,
    sync: true,
    minLength: WRITE_AT_BYTES,
    periodicFlush: WRITE_AFTER_MS,
    maxLength: KEEP_BYTES,
  });
  let writable = true;
  output.on('error', () => {
    writable = false;
  });
  output.on('write', () => {
    writable = true;
  });
  const flushSync = () => {
    output.flush();
    // pino's own flushSync repeats a write that fails for ever, which would keep a process from exiting.
    if (writable) output.flushSync();
  };
  process.once('exit', flushSync);
  return { write: (line) => void output.write(line), flushSync };
}

let stdout: DestinationStream | undefined;

/** One for the process, however many apps a test creates. */
export const bufferedStdout = (): DestinationStream => {
  stdout ??= bufferedOutput(1);
  return stdout;
};
