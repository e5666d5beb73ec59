import { CONFIG, type Config } from '@app/config';
import { Inject, Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import type { CsvUpload, UploadColumn } from '../../upload/upload.entity.js';
import { IndexAdviser } from '../indexes/index-adviser.js';
import { Deadline } from '../protection/deadline.js';
import type { ReadSession } from '../protection/guarded-reads.js';
import { ReadLanes } from '../protection/read-lanes.js';
import { isFiltered, type RowSelection, type ValueForm } from '../query/rows-query.js';
import { type RowsRead, RowsReader } from '../reading/rows.reader.js';
import { rowJson } from '../sql/cell-sql.js';
import { csvHeader, csvLine } from './csv-line.js';
import { NumberList } from './number-list.js';
import { LONGEST_PAGE_BYTES, PageSizer } from './page-sizer.js';

export interface ExportWish {
  selection: RowSelection;
  /** In the order they are written. */
  columns: UploadColumn[];
  format: 'csv' | 'ndjson';
  /** Of ndjson; csv is always the exact text. */
  values: ValueForm;
  escapeFormulas: boolean;
}

interface LinesPage {
  text: string;
  rows: number;
  /** Where it ended: a row number, or a place in the list of numbers. */
  last: number;
}

/** So many rows behind a place, or from the beginning; null where there are none. */
type Pages = (after: number | null, rows: number) => Promise<LinesPage | null>;

interface LinesRow {
  text: string | null;
  rows: string;
  last: string | null;
}

/**
 * Writes out the rows of an upload, page by page: PostgreSQL makes the text of a whole page, and no transaction lasts longer than
 * that. While a page is sent the next is being made, and no further one: memory does not depend on the number of rows, but for four
 * bytes each where they are filtered or sorted.
 */
@Injectable()
export class RowsExporter {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly indexes: IndexAdviser,
    private readonly reader: RowsReader,
    private readonly lanes: ReadLanes,
  ) {}

  /** @throws QueryTimeout, ClientGone; NotFound when the upload is deleted meanwhile */
  async *lines(userId: string, upload: CsvUpload, wish: ExportWish, signal: AbortSignal): AsyncGenerator<string> {
    const pages = await this.pages(userId, upload, wish, signal);
    const sizer = new PageSizer();
    let page = await pages(null, sizer.rows);
    // Only now: what goes wrong before the first line can still be answered with a problem.
    if (wish.format === 'csv') yield csvHeader(wish.columns, wish.escapeFormulas);
    while (page !== null) {
      sizer.learn(page.rows, page.text.length);
      const next = pages(page.last, sizer.rows);
      // A failure is met when its turn comes; until then it must not count as unhandled.
      next.catch(() => {});
      yield page.text;
      page = await next;
    }
  }

  private async pages(userId: string, upload: CsvUpload, wish: ExportWish, signal: AbortSignal): Promise<Pages> {
    const { selection, columns } = wish;
    const advice = await this.indexes.advise(upload, selection);
    const deadline = () => Deadline.in(this.config.ROWS_QUERY_TIMEOUT_MS, signal);
    const read: RowsRead = { userId, upload, advice, deadline: deadline() };
    const compiler = this.reader.compilerFor(read);
    const decimal = upload.dialect?.decimal ?? '.';
    const line =
      wish.format === 'csv'
        ? csvLine(columns, decimal, wish.escapeFormulas)
        : `${rowJson(columns, decimal, wish.values)} || E'\\n'`;
    const fetch = async (query: SelectQueryBuilder<object>): Promise<LinesPage | null> => {
      const [row] = await this.lanes.exportPage(deadline(), (session) => session.all<LinesRow>(query));
      return row && row.text !== null ? { text: row.text, rows: Number(row.rows), last: Number(row.last) } : null;
    };

    if (isFiltered(selection) || selection.sort.length > 0) {
      const list = await this.numberList(read, selection);
      return async (after, rows) => {
        const from = after ?? 0;
        const numbers = list.slice(from, from + rows);
        if (numbers.length === 0) return null;
        const page = await fetch(compiler.linesNumbered(numbers, line, LONGEST_PAGE_BYTES));
        return page && { ...page, last: from + page.last };
      };
    }
    const total = upload.processed_rows;
    if (selection.rowOrder === 'desc') {
      return async (after, rows) => {
        const last = (after ?? total + 1) - 1;
        return last < 1 ? null : fetch(compiler.linesBetween(last - rows + 1, last, 'desc', line, LONGEST_PAGE_BYTES));
      };
    }
    return async (after, rows) => {
      const first = (after ?? 0) + 1;
      return first > total
        ? null
        : fetch(compiler.linesBetween(first, first + rows - 1, 'asc', line, LONGEST_PAGE_BYTES));
    };
  }

  private async numberList(read: RowsRead, selection: RowSelection): Promise<NumberList> {
    const query = this.reader.compilerFor(read).numberList(selection);
    const find = (session: ReadSession) => session.all<{ numbers: Buffer | null }>(query);
    const [row] = await (read.advice.mustScan
      ? this.lanes.scan(read.userId, read.deadline, find)
      : this.lanes.tryQuick(read.userId, read.deadline, find));
    return new NumberList(row?.numbers ?? Buffer.alloc(0));
  }
}
