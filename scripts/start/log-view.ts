import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { prettyFactory } from 'pino-pretty';
import { namesOf } from './log-rotation.js';

const WARN = 40;
const LOOK_EVERY_MS = 300;
/** The start of a pino line with level trace, debug or info. Nearly all lines are such lines, and they are not parsed. */
const QUIET = /^\{"level":(10|20|30),/;

/**
 * Follows an app's log file, also when it is renamed, and shows warnings, errors and lines that are not JSON on the terminal. Other lines
 * stay in the file, so that the text printed at the start stays visible.
 */
export class LogView {
  private fd: number;
  private readonly timer: NodeJS.Timeout;
  private readonly pretty: ReturnType<typeof prettyFactory>;
  private position: number;
  private rest = '';

  /** @param keep how many renamed files there may be */
  constructor(
    readonly file: string,
    private readonly name: string,
    private readonly keep: number,
    private readonly print: (text: string) => void,
  ) {
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
    for (;;) {
      // Asked before the file is read to its end: whoever still writes to it has not begun the next one, which then stays for later.
      const next = this.nextFile();
      this.readToEnd();
      if (next === undefined) return;
      closeSync(this.fd);
      this.fd = openSync(next, 'r');
      this.position = 0;
    }
  }

  /** The file that was begun after the one that is followed; undefined if that is the newest, or the newest is still empty. */
  private nextFile(): string | undefined {
    const { ino } = fstatSync(this.fd);
    const names = namesOf(this.file, this.keep);
    const at = names.findIndex((name) => statSync(name, { throwIfNoEntry: false })?.ino === ino);
    const next = names[Math.max(0, at - 1)]!;
    return at !== 0 && (statSync(next, { throwIfNoEntry: false })?.size ?? 0) > 0 ? next : undefined;
  }

  private readToEnd(): void {
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
