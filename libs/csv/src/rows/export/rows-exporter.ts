import { CONFIG, type Config } from '@app/config';
import { ROW_SEPARATOR } from '@app/csv-format';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import { CsvWriter, csvHeader } from '../compose/csv-writer.js';
import { JsonWriter } from '../compose/json-writer.js';
import type { RowWriter } from '../compose/row-writer.js';
import { Deadline } from '../execute/deadline.js';
import type { ReadSession } from '../execute/guarded-reads.js';
import { ReadScheduler } from '../execute/read-scheduler.js';
import { IndexPlanner } from '../plan/index-planner.js';
import { type ExportPlan, planExport } from '../plan/rows-plan.js';
import type { ExportQuery } from '../request/rows-query.js';
import { ExportStatements } from '../sql/export-statements.js';
import { listSource, type PageRow, type ReadPage, type RowSource, type RowsPage, rangeSource } from './row-source.js';

/** Pages that are read while one is sent: two are enough for any client, and limit the memory of an export. */
const PAGES_AHEAD = 2;

/** What one statement should return: enough to make its overhead small, and little enough for many exports at a time. */
const TARGET_BYTES = 1024 * 1024;
const FIRST_ROWS = 500;
const MAX_ROWS = 20_000;
/** A page has at most this many times the rows of the page before: longer rows may follow short ones. */
const GROWTH = 4;

/**
 * Text that is written in one go, without looking at other requests meanwhile; some 1 ms. Also what waits for a slow client at most,
 * beside the pages.
 */
const PIECE_CHARACTERS = 256 * 1024;

/**
 * Writes the rows of an upload page by page: PostgreSQL returns the cells of a whole page as one text, and no transaction takes longer
 * than one page. Memory does not grow with the number of rows, except for four bytes a row where they are filtered or sorted.
 */
@Injectable()
export class RowsExporter {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly dataSource: DataSource,
    private readonly indexes: IndexPlanner,
    private readonly scheduler: ReadScheduler,
  ) {}

  /**
   * The text of the export, in pieces. Nothing is yielded before the first page is read, so an error until then can still be answered
   * with a problem.
   * @throws QueryTimeout, ClientGone; NotFound when the upload is deleted meanwhile
   */
  async *lines(userId: string, upload: CsvUpload, query: ExportQuery, signal: AbortSignal): AsyncGenerator<string> {
    const indexes = await this.indexes.plan(upload, query);
    const plan = planExport(upload, query, indexes);
    const writer = writerOf(upload, query);
    const statements = new ExportStatements(this.dataSource, upload, query, writer.bytesPerRow);
    const source = await this.source(userId, plan, statements, signal);

    const header = query.format === 'csv' ? csvHeader(query.columns, query.escapeFormulas) : '';
    const pages = readAhead(source, writer);
    const first = await pages.next();
    if (header !== '') yield header;
    if (first.done) return;
    yield first.value;
    yield* pages;
  }

  private async source(
    userId: string,
    plan: ExportPlan,
    statements: ExportStatements,
    signal: AbortSignal,
  ): Promise<RowSource> {
    const newDeadline = () => Deadline.in(this.config.ROWS_QUERY_TIMEOUT_MS, signal);
    const readPage: ReadPage = async (query) => {
      const [row] = await this.scheduler.exportPage(newDeadline(), (session) => session.all<PageRow>(query));
      return row;
    };
    if (plan.by === 'range') return rangeSource(plan, statements, readPage);

    const query = statements.rowList();
    const find = (session: ReadSession) => session.all<{ numbers: Buffer | null }>(query);
    const [row] = await (plan.lane === 'scan'
      ? this.scheduler.scan(userId, newDeadline(), find)
      : this.scheduler.quickFirst(userId, newDeadline(), find));
    return listSource(row?.numbers ?? Buffer.alloc(0), statements, readPage);
  }
}

const writerOf = (upload: CsvUpload, { format, columns, values, escapeFormulas }: ExportQuery): RowWriter =>
  format === 'csv' ? new CsvWriter(upload, columns, escapeFormulas) : new JsonWriter(upload, columns, values, '\n');

/** The texts of all pages, with two being read while one is sent. A page that gets too long is continued at once. */
async function* readAhead(source: RowSource, writer: RowWriter): AsyncGenerator<string> {
  let pageRows = FIRST_ROWS;
  let next = 1;
  const ahead: { to: number; page: Promise<RowsPage> }[] = [];
  while (true) {
    for (; ahead.length < PAGES_AHEAD && next <= source.size; next = ahead.at(-1)!.to + 1) {
      const to = Math.min(next + pageRows - 1, source.size);
      const page = source.read(next, to);
      // The error is thrown when the page's turn comes; until then it must not count as unhandled.
      page.catch(() => {});
      ahead.push({ to, page });
    }
    const wanted = ahead.shift();
    if (!wanted) return;
    let page = await wanted.page;
    pageRows = nextPageRows(pageRows, page, writer);
    yield* written(page, writer);
    while (page.last < wanted.to) {
      page = await source.read(page.last + 1, wanted.to);
      yield* written(page, writer);
    }
  }
}

/** The rows of a page as they are written, in pieces. */
function* written({ cells }: RowsPage, writer: RowWriter): Generator<string> {
  let piece = '';
  for (let from = 0; from <= cells.length; ) {
    const found = cells.indexOf(ROW_SEPARATOR, from);
    const end = found < 0 ? cells.length : found;
    piece += writer.write(cells.slice(from, end));
    from = end + 1;
    if (piece.length >= PIECE_CHARACTERS) {
      yield piece;
      piece = '';
    }
  }
  if (piece !== '') yield piece;
}

/** How many rows the next page should have, from the size of the rows in this one. */
function nextPageRows(current: number, { rows, cells }: RowsPage, { bytesPerRow }: RowWriter): number {
  const fitting = Math.floor(TARGET_BYTES / (cells.length / rows + bytesPerRow));
  return Math.max(1, Math.min(fitting, current * GROWTH, MAX_ROWS));
}
