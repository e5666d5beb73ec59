import { readdirSync, readFileSync } from 'node:fs';

/** A value that has to stay level while the service works. */
export interface Gauge {
  name: string;
  unit: string;
  /** The highest rise in a minute that counts as level: noise of a garbage collector, a pool that fills late. */
  mostPerMinute: number;
  read(): number | Promise<number>;
}

/** Values of one gauge over time. */
export class Series {
  private readonly points: { minute: number; value: number }[] = [];

  constructor(readonly gauge: Gauge) {}

  async read(minute: number): Promise<void> {
    this.points.push({ minute, value: await this.gauge.read() });
  }

  /** The rise in a minute: the slope of a line through the points (least squares), without the first third, in which caches fill. */
  get perMinute(): number {
    const points = this.points.slice(Math.floor(this.points.length / 3));
    const mean = (of: (point: { minute: number; value: number }) => number) =>
      points.reduce((sum, point) => sum + of(point), 0) / points.length;
    const [minute, value] = [mean((point) => point.minute), mean((point) => point.value)];
    const spread = mean((point) => (point.minute - minute) ** 2);
    return spread === 0 ? 0 : mean((point) => (point.minute - minute) * (point.value - value)) / spread;
  }

  get isLevel(): boolean {
    return this.perMinute <= this.gauge.mostPerMinute;
  }

  toString(): string {
    const values = this.points.map(({ value }) => value);
    const [first, last] = [values[0], values.at(-1)].map((value) => value?.toFixed(0));
    const slope = `${this.perMinute >= 0 ? '+' : ''}${this.perMinute.toFixed(2)} a minute`;
    return `${this.gauge.name.padEnd(28)} ${first} to ${last} ${this.gauge.unit}, at most ${Math.max(...values).toFixed(0)}; ${slope}`;
  }
}

/** Resident memory and open files of a process. */
export const gaugesOf = (name: string, pid: number): Gauge[] => [
  {
    name: `${name}, memory`,
    unit: 'MB',
    mostPerMinute: 4,
    read: () => (Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) * 1024) / 1e6,
  },
  {
    name: `${name}, open files`,
    unit: '',
    mostPerMinute: 2,
    read: () => readdirSync(`/proc/${pid}/fd`).length,
  },
];
