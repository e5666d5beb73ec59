import { type Family, familyAt } from './header-likelihood.js';
import type { SampleTable } from './sample-table.js';

/** Share of a column's filled cells that must be of one family for the column to have that family. */
const MOST = 0.7;
const COLUMNS = 100;

/**
 * The families of columns that are no text: what tells a record of the table from a title, a note or a second header. Only records of the
 * table's width count.
 */
export class ColumnFamilies {
  private readonly typed = new Map<number, Family>();

  constructor(
    private readonly table: SampleTable,
    from: number,
    width: number,
    most = MOST,
    until: number = table.detailed,
  ) {
    const columns = Math.min(width, COLUMNS);
    for (let column = 0; column < columns; column++) {
      const counts = new Map<Family, number>();
      let filled = 0;
      for (let record = from; record < until; record++) {
        if (table.width[record] !== width || column >= table.cells(record)) continue;
        const family = familyAt(table, record, column);
        if (family === 'none') continue;
        filled++;
        counts.set(family, (counts.get(family) ?? 0) + 1);
      }
      for (const [family, count] of counts) {
        if (family !== 'text' && count >= filled * most) this.typed.set(column, family);
      }
    }
  }

  /** Whether all columns are text, so that no record can be told from another. */
  get areAllText(): boolean {
    return this.typed.size === 0;
  }

  /** The columns of numbers and of dates, which a word stands in by chance more seldom than among booleans. */
  get measured(): number[] {
    return [...this.typed].filter(([, family]) => family === 'number' || family === 'date').map(([column]) => column);
  }

  /** Whether this column is no text. */
  has(column: number): boolean {
    return this.typed.has(column);
  }

  /** How many columns are no text. */
  get size(): number {
    return this.typed.size;
  }

  /** How many of the record's cells are of the family of their column, less those that are text where the column is none. */
  agreement(record: number): number {
    let agreement = 0;
    for (const [column, family] of this.typed) {
      if (column >= this.table.cells(record)) continue;
      const found = familyAt(this.table, record, column);
      if (found === family) agreement++;
      else if (found === 'text') agreement--;
    }
    return agreement;
  }

  /** Whether the record looks like a row; every record does where all columns are text. */
  isRow(record: number): boolean {
    return this.areAllText || this.agreement(record) > 0;
  }

  /** Whether the record has words where the rows have numbers, dates and the like, and nowhere a value like theirs. */
  isTextAboveValues(record: number): boolean {
    let texts = 0;
    for (const column of this.typed.keys()) {
      if (column >= this.table.cells(record)) continue;
      const found = familyAt(this.table, record, column);
      if (found === 'text') texts++;
      else if (found !== 'none') return false;
    }
    return texts > 0;
  }
}
