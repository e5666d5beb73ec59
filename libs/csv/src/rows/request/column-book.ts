import type { CsvColumn } from '@app/csv-format';
import { UnknownColumn } from '../rows.problems.js';

/** The columns an upload has, by key: the only source of keys for a query. */
export class ColumnBook {
  readonly all: CsvColumn[];
  private readonly byKey: Map<string, CsvColumn>;

  constructor(
    columns: readonly CsvColumn[],
    readonly decimal: '.' | ',',
  ) {
    this.all = [...columns].sort((a, b) => a.position - b.position);
    this.byKey = new Map(this.all.map((column) => [column.key, column]));
  }

  get keys(): string[] {
    return this.all.map((column) => column.key);
  }

  has(key: string): boolean {
    return this.byKey.has(key);
  }

  /** @throws UnknownColumn that says which `parameter` named it, and what there is. */
  get(key: string, parameter: string): CsvColumn {
    const column = this.byKey.get(key);
    if (!column) throw new UnknownColumn({ column: key, parameter, known_columns: this.keys });
    return column;
  }
}
