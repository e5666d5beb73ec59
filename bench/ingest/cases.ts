/** One thing that is measured: files of this many rows, this many at the same time. */
export interface Case {
  rows: number;
  atOnce: number;
  /** Rows that the table has before. */
  into: number;
}

const GROWTH = [100_000, 1_000_000, 10_000_000];

/** Every size alone and with each number of uploads at the same time, each time into an empty table. */
export const separateCases = (sizes: number[], atOnce: number[]): Case[] =>
  sizes.flatMap((rows) => atOnce.map((uploads) => ({ rows, atOnce: uploads, into: 0 })));

/** One table that grows by each size, and by the first size again, which shows what the rows in the table cost. */
export function growingCases(sizes: number[] = GROWTH): Case[] {
  let into = 0;
  return [...sizes, sizes[0]!].map((rows) => {
    const step = { rows, atOnce: 1, into };
    into += rows;
    return step;
  });
}
