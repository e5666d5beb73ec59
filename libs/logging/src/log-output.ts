import { closeSync, fstatSync, openSync, statSync, writeSync } from 'node:fs';
import type { DestinationStream } from 'pino';

/** Some forty request lines per write. */
const WRITE_AT_CHARACTERS = 8 * 1024;
const WRITE_AFTER_MS = 100;

/** What is kept while stdout cannot be written; later lines are lost until it can be written again. */
const KEEP_CHARACTERS = 256 * 1024;

/** How long an ending process waits for a reader that is slow or has stopped. */
const LAST_WRITE_MS = 1_000;
const LAST_WRITE_EVERY_MS = 10;

/** How soon a file that was renamed is left for a new one. */
const LOOK_AT_NAME_EVERY_MS = 500;

const NOTHING = Buffer.alloc(0);

/**
 * Writes many lines at once to a file descriptor, and never blocks or fails: a full disk, a pipe that nobody reads and a reader that has
 * gone cost lines, not the process. All lines are written when the process exits or logs a fatal error; a process that is killed loses
 * those of its last 100 ms. pino's own destination repeats a write that fails, which hung the api on a full disk.
 *
 * A file may be renamed at any time, as log rotation does: lines go to the renamed file until a new one is begun under its name.
 */
export class LogOutput implements DestinationStream {
  /** Called with the number of lost lines when writing works again. */
  onRecovery: (lost: number) => void = () => {};
  /** Lines that were lost since the process began. */
  lostLines = 0;
  private reportedLines = 0;
  private lines: string[] = [];
  private kept = 0;
  /** The part of the last write that has not been written yet. */
  private rest: Buffer = NOTHING;
  private failing = false;
  private timer: NodeJS.Timeout | undefined;
  private fd: number;
  private lookedAt = Date.now();

  /** @param to a file descriptor, or the name of a file that is appended to */
  constructor(private readonly to: number | string) {
    this.fd = typeof to === 'number' ? to : openSync(to, 'a');
  }

  write(line: string): void {
    if (this.kept >= KEEP_CHARACTERS) {
      this.lostLines += 1;
      return;
    }
    this.lines.push(line);
    this.kept += line.length;
    // While writing fails, only the timer tries again.
    if (this.kept >= WRITE_AT_CHARACTERS && !this.failing) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), WRITE_AFTER_MS).unref();
  }

  /** For pino, which calls it after a fatal error. */
  flushSync(): void {
    this.flush();
  }

  /** Writes what is left before the process ends. Waits for a slow reader for a limited time. */
  end(): void {
    const until = Date.now() + LAST_WRITE_MS;
    while (this.tryToWrite() === 'EAGAIN' && Date.now() < until) sleepSync(LAST_WRITE_EVERY_MS);
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.failing = this.tryToWrite() !== undefined;
    if (this.failing) this.timer = setTimeout(() => this.flush(), WRITE_AFTER_MS).unref();
    else if (this.lostLines > this.reportedLines) {
      const lost = this.lostLines - this.reportedLines;
      this.reportedLines = this.lostLines;
      this.onRecovery(lost);
    }
  }

  /** @returns the code of the error, or undefined if everything is written */
  private tryToWrite(): string | undefined {
    try {
      for (;;) {
        if (this.rest.length === 0) {
          if (this.lines.length === 0) return undefined;
          this.followName();
          this.rest = Buffer.from(this.lines.join(''));
          this.lines = [];
        }
        this.rest = this.rest.subarray(writeSync(this.fd, this.rest));
        if (this.rest.length === 0) this.kept = 0;
      }
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? 'unknown';
    }
  }

  /** Begins a new file if the one that is written to has another name now. Called between lines, so each is in one file as a whole. */
  private followName(): void {
    if (typeof this.to === 'number' || Date.now() - this.lookedAt < LOOK_AT_NAME_EVERY_MS) return;
    this.lookedAt = Date.now();
    const named = statSync(this.to, { throwIfNoEntry: false });
    const { ino, dev } = fstatSync(this.fd);
    if (named?.ino === ino && named.dev === dev) return;
    try {
      const next = openSync(this.to, 'a');
      closeSync(this.fd);
      this.fd = next;
    } catch {
      // There is no room for a new file, for example. The old one is written to until there is.
    }
  }
}

const sleepSync = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

let output: LogOutput | undefined;

/**
 * One for the process, however many apps a test creates.
 * @param file standard output if not given
 */
export function logOutput(file?: string): LogOutput {
  if (output === undefined) {
    const opened = new LogOutput(file ?? 1);
    // Reading `process.stdout` makes Node open the stream and make a pipe non-blocking. A write to a full pipe then fails, instead of
    // blocking the event loop until somebody reads.
    if (isPipe(1)) process.stdout.on('error', () => {});
    process.once('exit', () => opened.end());
    output = opened;
  }
  return output;
}

function isPipe(fd: number): boolean {
  const facts = fstatSync(fd);
  return facts.isFIFO() || facts.isSocket();
}

/** Lines of this process's log that could not be written. */
export const lostLogLines = (): number => output?.lostLines ?? 0;
