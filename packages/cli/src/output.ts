import type { UploadFault } from '@csv-tasks/client';
import pico from 'picocolors';

/** Colours only on a terminal, and not if NO_COLOR is set. */
const colours = (stream: { isTTY?: boolean }) => pico.createColors(stream.isTTY === true && pico.isColorSupported);
const out = colours(process.stdout);
export const err = colours(process.stderr);

/** Writes a line of the result to stdout, for scripts and pipes. Everything else goes to stderr, by `tell`. */
export const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Writes a line to stderr: progress, warnings and errors. */
export const tell = (line: string): void => void process.stderr.write(`${line}\n`);

/** Writes a value as one line of JSON. */
export const printJson = (value: unknown): void => print(JSON.stringify(value));

/** Control characters of a cell would move the cursor or colour the terminal. */
export const shown = (cell: unknown): string =>
  cell === null || cell === undefined ? '' : String(cell).replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '·');

const MAX_WIDTH = 40;
const clipped = (text: string): string => (text.length > MAX_WIDTH ? `${text.slice(0, MAX_WIDTH - 1)}…` : text);

/** Rows that are waited for to know how wide the columns are. More would be held in memory, of which an upload may have more than there is. */
const MEASURED_ROWS = 1_000;

/**
 * Prints rows below each other, as they come. The first MEASURED_ROWS decide the widths; a wider cell behind them moves the rest of its
 * line. Long cells are clipped on a terminal only, because a pipe may want them.
 */
export class Table {
  private readonly fit = process.stdout.isTTY ? clipped : (text: string) => text;
  private readonly widths: number[];
  /** Lines whose widths are not known yet; null once they are. */
  private waiting: string[][] | null = [];

  constructor(private readonly columns: string[]) {
    this.widths = columns.map((name) => this.cell(name).length);
  }

  add(row: unknown[]): void {
    const cells = row.map((cell) => this.cell(cell));
    if (!this.waiting) {
      print(this.line(cells));
      return;
    }
    this.waiting.push(cells);
    cells.forEach((cell, at) => {
      this.widths[at] = Math.max(this.widths[at] ?? 0, cell.length);
    });
    if (this.waiting.length === MEASURED_ROWS) this.end();
  }

  /** Prints what still waits. */
  end(): void {
    if (!this.waiting) return;
    print(out.bold(this.line(this.columns.map((name) => this.cell(name)))));
    for (const cells of this.waiting) print(this.line(cells));
    this.waiting = null;
  }

  private cell(value: unknown): string {
    return this.fit(shown(value));
  }

  private line(cells: string[]): string {
    return cells
      .map((cell, at) => cell.padEnd(this.widths[at]!))
      .join('  ')
      .trimEnd();
  }
}

/** Prints rows that are all there. */
export function printTable(columns: string[], rows: unknown[][]): void {
  const table = new Table(columns);
  for (const row of rows) table.add(row);
  table.end();
}

/** `1,000,000` */
export const count = (number: number): string => number.toLocaleString('en');

/** A warning or failure of a file as a sentence. Lines are those of the file; rows are numbered otherwise. */
export const faultText = ({ message, code, first_line }: UploadFault): string =>
  `${message}${first_line === undefined ? '' : ` First in line ${count(first_line)} of the file.`} (${code})`;

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** `381.7 MB`, by powers of ten. */
export function bytes(number: number): string {
  let at = 0;
  let value = number;
  while (value >= 1000 && at < UNITS.length - 1) {
    value /= 1000;
    at += 1;
  }
  return `${at === 0 ? value : value.toFixed(1)} ${UNITS[at]}`;
}
