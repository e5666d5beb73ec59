import { cpus, loadavg, totalmem } from 'node:os';

/** The machine of the measurement. */
export function machine(): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()[0]!.toFixed(1);
  return `${processors.length} cores (${model}), ${memory} GB, ${process.platform}, node ${process.versions.node}; load before: ${load}`;
}

/** A table in Markdown, padded so that a terminal shows it well. The first row is the head; columns but the first are aligned right. */
export function markdownTable([head, ...body]: [string[], ...string[][]]): string {
  const widths = head.map((title, column) => Math.max(4, ...[title, ...body.map((row) => row[column]!)].map(widthOf)));
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const padded = (row: string[]) =>
    row.map((cell, column) => {
      const blanks = ' '.repeat(widths[column]! - widthOf(cell));
      return column === 0 ? cell + blanks : blanks + cell;
    });
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(padded(head)), line(rule), ...body.map((row) => line(padded(row)))].join('\n');
}

const widthOf = (text: string) => [...text].length;

/** A number with separated thousands: `1,000,000`. */
export const whole = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 0 });

/** A quotient with two places; `-` when one of both is unknown. */
export const ratio = (above: number | undefined, below: number | undefined): string =>
  above === undefined || below === undefined || below === 0 ? '-' : (above / below).toFixed(2);
