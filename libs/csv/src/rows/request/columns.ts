import type { CsvColumn } from '@app/csv-format';
import { nearestName } from '@app/problems';
import { UnknownColumn } from '../rows.problems.js';

/** The columns of an upload by key and by original name. Every key in a query comes from here. */
export class Columns {
  /** In file order. */
  readonly all: CsvColumn[];
  private readonly byKey: Map<string, CsvColumn>;
  /** null for a name that several columns have. */
  private readonly byName = new Map<string, CsvColumn | null>();

  constructor(columns: readonly CsvColumn[]) {
    this.all = [...columns].sort((a, b) => a.position - b.position);
    this.byKey = new Map(this.all.map((column) => [column.key, column]));
    for (const column of this.all) this.byName.set(column.name, this.byName.has(column.name) ? null : column);
  }

  get keys(): string[] {
    return this.all.map((column) => column.key);
  }

  has(key: string): boolean {
    return this.byKey.has(key);
  }

  /** The column with this key; else the only one with this original name. */
  find(keyOrName: string): CsvColumn | null {
    return this.byKey.get(keyOrName) ?? this.byName.get(keyOrName) ?? null;
  }

  /**
   * As `find`.
   * @param parameter the query parameter that names the column, for the error.
   * @param pointer where in the parameter.
   * @throws UnknownColumn
   */
  get(keyOrName: string, parameter: string, pointer = `#/${parameter}`): CsvColumn {
    const column = this.find(keyOrName);
    if (column) return column;
    const nearest = nearestName(keyOrName, this.keys);
    throw new UnknownColumn(
      { column: keyOrName, parameter, known_columns: this.keys, nearest },
      { errors: [{ pointer, detail: 'is not a column of this upload' }] },
    );
  }
}
