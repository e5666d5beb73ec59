import { closeSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { prettyFactory } from 'pino-pretty';

const WARN = 40;
const LOOK_EVERY_MS = 300;
const ROTATE_BYTES = 16 * 1024 * 1024;
/** The start of a pino line with level trace, debug or info. Nearly all lines are such lines, and they are not parsed. */
const QUIET = /^\{"level":(10|20|30),/;

/**
 * Follows an app's log file and shows warnings, errors and lines that are not JSON on the terminal. Other lines stay in the file,
 * so that the text printed at the start stays visible.
 */
export class LogView {
  private readonly fd: number;
  private readonly timer: NodeJS.Timeout;
  private readonly pretty: ReturnType<typeof prettyFactory>;
  private position: number;
  private rest = '';

  /** Call this before the app starts, because it renames an old file that is too big. */
  constructor(
    readonly file: string,
    private readonly name: string,
    private readonly print: (text: string) => void,
  ) {
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > ROTATE_BYTES) renameSync(file, `${file}.1`);
    this.fd = openSync(file, 'a+');
    this.position = fstatSync(this.fd).size;
    this.pretty = prettyFactory({
      colorize: process.stdout.isTTY,
      ignore: 'pid,hostname,service,time,context',
      messageFormat: `${name}: {msg}`,
    });
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  /** Shows the remaining lines and stops following the file. */
  close(): void {
    clearInterval(this.timer);
    this.look();
    closeSync(this.fd);
  }

  private look(): void {
    const buffer = Buffer.alloc(256 * 1024);
    for (;;) {
      const length = readSync(this.fd, buffer, 0, buffer.length, this.position);
      if (length === 0) return;
      this.position += length;
      const lines = (this.rest + buffer.toString('utf8', 0, length)).split('\n');
      this.rest = lines.pop() ?? '';
      for (const line of lines) this.show(line);
    }
  }

  private show(line: string): void {
    if (line === '' || QUIET.test(line)) return;
    try {
      const { level } = JSON.parse(line) as { level?: number };
      if (level !== undefined && level < WARN) return;
      this.print(this.pretty(line).trimEnd());
    } catch {
      this.print(`${this.name}: ${line}`);
    }
  }
}
