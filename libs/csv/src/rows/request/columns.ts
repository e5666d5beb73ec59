import type { CsvColumn } from '@app/csv-format';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import { UnknownColumn } from '../rows.problems.js';

/** What separates the fraction in an upload's numbers. */
export type Decimal = '.' | ',';

export const decimalOf = ({ dialect }: Pick<CsvUpload, 'dialect'>): Decimal => dialect?.decimal ?? '.';

/** The columns of an upload by key. Every key in a query comes from here. */
export class Columns {
  /** In file order. */
  readonly all: CsvColumn[];
  private readonly byKey: Map<string, CsvColumn>;

  constructor(
    columns: readonly CsvColumn[],
    readonly decimal: Decimal,
  ) {
    this.all = [...columns].sort((a, b) => a.position - b.position);
    this.byKey = new Map(this.all.map((column) => [column.key, column]));
  }

  static of(upload: Pick<CsvUpload, 'columns' | 'dialect'>): Columns {
    return new Columns(upload.columns, decimalOf(upload));
  }

  get keys(): string[] {
    return this.all.map((column) => column.key);
  }

  has(key: string): boolean {
    return this.byKey.has(key);
  }

  /**
   * @param parameter the query parameter that names the column, for the error.
   * @throws UnknownColumn
   */
  get(key: string, parameter: string): CsvColumn {
    const column = this.byKey.get(key);
    if (!column) throw new UnknownColumn({ column: key, parameter, known_columns: this.keys });
    return column;
  }
}
