import type { DataSource } from 'typeorm';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import type { RowRange } from '../plan/row-range.js';
import type { PagePlan } from '../plan/rows-plan.js';
import type { RowsQuery } from '../request/rows-query.js';
import { cellText } from './cell-sql.js';
import { type KeysetAnchor, keysetRanges } from './keyset.js';
import { RowContent, type Statement } from './row-content.js';
import { type Query, SelectionSql } from './selection-sql.js';
import { Parameters } from './sql-values.js';

/** Where a page starts, once the sort values of the row before it are known. */
export type ResolvedStart =
  | { offset: number }
  /** `skip`: how many rows behind the anchor; fewer than there are with its sort values. */
  | { after: KeysetAnchor; skip?: number };

/** The statements of one page: they find row numbers, and read the rows' contents. */
export class PageStatements {
  private readonly selected: SelectionSql;
  private readonly content: RowContent;
  /** One row more than the page shows whether there is a next page, without a count. */
  readonly wanted: number;

  constructor(
    dataSource: DataSource,
    upload: CsvUpload,
    private readonly query: RowsQuery,
  ) {
    this.selected = new SelectionSql(dataSource, upload, query);
    this.content = new RowContent(dataSource, upload);
    this.wanted = query.pageSize + 1;
  }

  /** `values`: the stored texts of the sort keys in the row with this number, as an array. */
  sortValues(rowNumber: number): Query {
    return this.selected
      .rows()
      .select(`ARRAY[${this.query.sort.map(({ column }) => cellText(column)).join(', ')}]::text[]`, 'values')
      .andWhere('row_number = :rowNumber', { rowNumber });
  }

  /** `row_number` and `cells` of the page's rows. Several statements continue each other: they run until the page is full. */
  byIndex({ keyset }: Extract<PagePlan, { by: 'index' }>, start: ResolvedStart): Query[] {
    const numbers = 'offset' in start || keyset === 'filter' ? [this.numbers(start)] : this.rangesAfter(start);
    return numbers.map((query) => this.content.ofSelected(query));
  }

  /**
   * `row_number` and `cells` of the selected rows in a range of row numbers, in file order; at most `missing`, after the first `offset`.
   * @param isFirst whether PostgreSQL may read the rows in file order until it has enough. Where the rows before the window were hardly
   * selected, it would read all of them: it expects selected rows to be spread evenly. `+ 0` is an order that no index has.
   */
  inWindow({ first, last }: RowRange, missing: number, offset: number, isFirst: boolean): Query {
    const parameters = new Parameters();
    const direction = this.query.rowOrder === 'asc' ? 'ASC' : 'DESC';
    const numbers = this.selected
      .ordered(this.selected.predicates(parameters), missing)
      .offset(offset)
      .andWhere('row_number BETWEEN :first AND :last')
      .setParameters({ ...parameters.values, first, last });
    return this.content.ofSelected(isFirst ? numbers : numbers.orderBy('row_number + 0', direction));
  }

  /** `row_number` of the page's rows as far as they are in the range. */
  probe({ first, last }: RowRange, start: ResolvedStart): Query {
    return this.numbers(start).andWhere('row_number BETWEEN :first AND :last', { first, last });
  }

  /** `row_number` of the page's rows; where planned `total`, the number of selected rows, with each. */
  scan({ withTotal }: Extract<PagePlan, { by: 'scan' }>, start: ResolvedStart): Query {
    const query = this.numbers(start);
    return withTotal ? query.addSelect('count(*) OVER ()', 'total') : query;
  }

  /** See `RowContent.joinedPage`. */
  joinedRange({ first, last }: RowRange): Statement {
    return this.content.joinedPage(first, last, this.query.rowOrder);
  }

  /** `row_number` and `cells` of the rows in the range. */
  range({ first, last }: RowRange): Query {
    return this.content.ofRange(first, last, this.query.rowOrder);
  }

  /** `row_number` and `cells` of the rows with these numbers, in this order. */
  rows(numbers: number[]): Query {
    return this.content.ofRows(numbers);
  }

  private rangesAfter({ after, skip = 0 }: Extract<ResolvedStart, { after: KeysetAnchor }>): Query[] {
    const parameters = new Parameters();
    const predicates = this.selected.predicates(parameters);
    return keysetRanges(this.query, after, predicates, parameters).map((range, place) => {
      const rows = this.selected.ordered(predicates, this.wanted).andWhere(range).setParameters(parameters.values);
      return place === 0 && skip > 0 ? rows.offset(skip) : rows;
    });
  }

  private numbers(start: ResolvedStart): Query {
    const parameters = new Parameters();
    const predicates = this.selected.predicates(parameters);
    if ('offset' in start) {
      return this.selected.ordered(predicates, this.wanted).offset(start.offset).setParameters(parameters.values);
    }
    const ranges = keysetRanges(this.query, start.after, predicates, parameters);
    const after = ranges.map((range) => `(${range})`).join(' OR ');
    return this.selected.ordered(predicates, this.wanted).andWhere(`(${after})`).setParameters(parameters.values);
  }
}
