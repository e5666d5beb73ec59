/** Text that one statement gives at a time: enough to make its own cost small, little enough to be held by many exports. */
const TARGET_BYTES = 1024 * 1024;
const FIRST_ROWS = 500;
const MOST_ROWS = 20_000;
/** Rows that are all alike in size for a while may be followed by others. */
const GROWTH = 4;

/** Learns from each page how many rows the next one should have. */
export class PageSizer {
  rows = FIRST_ROWS;

  learn(rows: number, bytes: number): void {
    const fitting = bytes === 0 ? MOST_ROWS : Math.floor((rows * TARGET_BYTES) / bytes);
    this.rows = Math.max(1, Math.min(fitting, this.rows * GROWTH, MOST_ROWS));
  }
}

/** A page is cut where it gets longer, however many rows were asked for. */
export const LONGEST_PAGE_BYTES = 8 * TARGET_BYTES;
