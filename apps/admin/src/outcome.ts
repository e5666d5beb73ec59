/** Exit codes of the command. */
export const EXIT = { done: 0, failed: 1, usage: 2, unwell: 3 } as const;

/** What a command prints and returns. */
export interface Outcome {
  /** For people. */
  text: string;
  /** The same for scripts; printed with `--json`. */
  json: unknown;
  /** `done` by default. */
  exitCode?: number;
}

/** The arguments do not fit. The message is one sentence for the terminal. */
export class UsageError extends Error {}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Bytes for people, such as `1.5 GB`. */
export function bytesText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${UNITS[power]}`;
}

/** Lines of columns, each as wide as its widest cell. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (found, row) => row.map((cell, column) => Math.max(found[column] ?? 0, cell.length)),
    [],
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
