import type { DataSource, SelectQueryBuilder } from 'typeorm';
import type { CsvUpload, UploadColumn } from '../../upload/upload.entity.js';
import type { Direction, RowSelection, ValueForm } from '../query/rows-query.js';
import { cellText, rowJson } from './cell-sql.js';
import { Parameters } from './parameters.js';
import { Predicates } from './predicates.js';
import { type Anchor, stepsBehind } from './steps-behind.js';

type Query = SelectQueryBuilder<object>;

/** Where a page begins: so many rows in, or behind a row. */
export type Start = { offset: number } | { after: Anchor };

export interface RowNumberOptions {
  /** Tell `total` with each row: how many are selected in all, behind the start. */
  withTotal?: boolean;
  /** Look at rows with these numbers only. */
  within?: { first: number; last: number };
}

export interface CompilerOptions {
  /** There is an index for `search`, so ask in a way that it understands. */
  searchIndexed: boolean;
}

const ORDER = { asc: 'ASC', desc: 'DESC' } as const;

/** The one place where what a client asked becomes SQL, by TypeORM's query builder. Every query is about one upload's rows. */
export class RowsQueryCompiler {
  private readonly decimal: '.' | ',';

  constructor(
    private readonly dataSource: DataSource,
    private readonly upload: CsvUpload,
    private readonly options: CompilerOptions = { searchIndexed: false },
  ) {
    this.decimal = upload.dialect?.decimal ?? '.';
  }

  /** `row_number` of the selected rows, in their order. */
  rowNumbers(selection: RowSelection, start: Start, limit: number, options: RowNumberOptions = {}): Query {
    const parameters = new Parameters();
    const predicates = this.predicates(parameters);
    if ('offset' in start) {
      return this.ordered(selection, predicates, limit, options).offset(start.offset).setParameters(parameters.values);
    }
    const steps = stepsBehind(selection, start.after, predicates, parameters);
    const behind = steps.map((step) => `(${step})`).join(' OR ');
    return this.ordered(selection, predicates, limit, options).andWhere(`(${behind})`).setParameters(parameters.values);
  }

  /** As `rowNumbers` behind a row, in pieces: each is in order, and so are they. For when an index has that order too. */
  rowNumbersInSteps(selection: RowSelection, after: Anchor, limit: number): Query[] {
    const parameters = new Parameters();
    const predicates = this.predicates(parameters);
    return stepsBehind(selection, after, predicates, parameters).map((step) =>
      this.ordered(selection, predicates, limit, {}).andWhere(step).setParameters(parameters.values),
    );
  }

  /** `row_number` of all selected rows, in no order. */
  allRowNumbers(selection: RowSelection): Query {
    return this.select(this.rows(), selection).select('row_number', 'row_number');
  }

  /** `total`: how many rows are selected. */
  count(selection: RowSelection): Query {
    return this.select(this.rows(), selection).select('count(*)', 'total');
  }

  /** `seen` rows in a sample of about so many percent of the table, and `total` of them that are selected. The same each time. */
  countSample(selection: RowSelection, percent: number): Query {
    const sample = `(SELECT * FROM ${this.upload.rows_table} TABLESAMPLE SYSTEM (${percent}) REPEATABLE (1))`;
    const parameters = new Parameters();
    const selected = this.predicates(parameters).ofSelection(selection);
    return this.rows(sample)
      .select('count(*)', 'seen')
      .addSelect(`count(*) FILTER (WHERE ${selected.join(' AND ')})`, 'total')
      .setParameters(parameters.values);
  }

  /** `row_number` and `json`, the text of the row's data, of the rows in a range, in row order. */
  rowsBetween(first: number, last: number, direction: Direction, columns: UploadColumn[], values: ValueForm): Query {
    return this.rowTexts(columns, values)
      .andWhere('row_number BETWEEN :first AND :last', { first, last })
      .orderBy('row_number', ORDER[direction]);
  }

  /** As `rowsBetween`, of the rows with these numbers, in no order. */
  rowsNumbered(numbers: number[], columns: UploadColumn[], values: ValueForm): Query {
    return this.rowTexts(columns, values).andWhere('row_number = ANY(CAST(:numbers AS int8[]))', { numbers });
  }

  /** `numbers`: the selected rows' numbers in their order, four bytes each, as one bytea. */
  numberList(selection: RowSelection): Query {
    const parameters = new Parameters();
    const predicates = this.predicates(parameters);
    const keys = selection.sort.map(({ column, direction }) => `${predicates.cell(column)} ${direction} NULLS LAST`);
    const order = [...keys, `row_number ${selection.rowOrder}`].join(', ');
    return this.select(this.rows(), selection).select(
      `string_agg(int4send(row_number::int4), '' ORDER BY ${order})`,
      'numbers',
    );
  }

  /**
   * `text`: `line` (SQL of ours) of each row in the range, one after the other in row order; `rows`: how many; `last`: the number of
   * the last. Past `longest` bytes the rest of the range is left to the next page.
   */
  linesBetween(first: number, last: number, direction: Direction, line: string, longest: number): Query {
    const rows = this.rows()
      .select('row_number', 'place')
      .addSelect(line, 'line')
      .andWhere('row_number BETWEEN :first AND :last', { first, last });
    return this.joinedLines(rows, direction, longest);
  }

  /** As `linesBetween`, of the rows with these numbers in this order; `last` is a place in the list, from 1. */
  linesNumbered(numbers: number[], line: string, longest: number): Query {
    const rows = this.rows()
      .select('wanted.place', 'place')
      .addSelect(line, 'line')
      .innerJoin(
        '(SELECT * FROM unnest(CAST(:numbers AS int8[])) WITH ORDINALITY AS list (number, place))',
        'wanted',
        'wanted.number = row_number',
      )
      .setParameter('numbers', numbers);
    return this.joinedLines(rows, 'asc', longest);
  }

  /** `values`: the sort keys' exact texts in the row with this number, as an array. */
  sortValues(selection: RowSelection, rowNumber: number): Query {
    return this.rows()
      .select(`ARRAY[${selection.sort.map(({ column }) => cellText(column)).join(', ')}]::text[]`, 'values')
      .andWhere('row_number = :rowNumber', { rowNumber });
  }

  private rows(source = this.upload.rows_table): Query {
    return this.dataSource
      .createQueryBuilder()
      .select()
      .from(source, 'r')
      .where('upload_id = :uploadId', { uploadId: this.upload.id }) as Query;
  }

  private predicates(parameters: Parameters): Predicates {
    const table = { columns: this.upload.columns, decimal: this.decimal };
    return new Predicates(table, parameters, this.options.searchIndexed);
  }

  private ordered(
    selection: RowSelection,
    predicates: Predicates,
    limit: number,
    { withTotal, within }: RowNumberOptions,
  ): Query {
    const query = this.rows().select('row_number', 'row_number').limit(limit);
    if (withTotal) query.addSelect('count(*) OVER ()', 'total');
    if (within) query.andWhere('row_number BETWEEN :first AND :last', within);
    for (const predicate of predicates.ofSelection(selection)) query.andWhere(predicate);
    for (const { column, direction } of selection.sort) {
      query.addOrderBy(predicates.cell(column), ORDER[direction], 'NULLS LAST');
    }
    return query.addOrderBy('row_number', ORDER[selection.rowOrder]);
  }

  /** The first row is always there, however long it is: else there would be no end. */
  private joinedLines(rows: Query, direction: Direction, longest: number): Query {
    const order = `place ${direction}`;
    // OFFSET 0 keeps the planner from writing `line` out wherever it is named, which would make it three times.
    rows.offset(0);
    const sized = `SELECT place, line, sum(octet_length(line)) OVER (ORDER BY ${order}) - octet_length(line) AS before FROM (${rows.getQuery()}) AS lines`;
    return this.dataSource
      .createQueryBuilder()
      .select(`string_agg(line, '' ORDER BY ${order})`, 'text')
      .addSelect('count(*)', 'rows')
      .addSelect(direction === 'asc' ? 'max(place)' : 'min(place)', 'last')
      .from(`(${sized})`, 'sized')
      .where('before < :longest', { longest })
      .setParameters(rows.getParameters()) as Query;
  }

  private select(query: Query, selection: RowSelection): Query {
    const parameters = new Parameters();
    for (const predicate of this.predicates(parameters).ofSelection(selection)) query.andWhere(predicate);
    return query.setParameters(parameters.values);
  }

  private rowTexts(columns: UploadColumn[], values: ValueForm): Query {
    return this.rows()
      .select('row_number', 'row_number')
      .addSelect(rowJson(columns, this.decimal, values), 'json');
  }
}
