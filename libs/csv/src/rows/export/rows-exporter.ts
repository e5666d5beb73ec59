import { CONFIG, type Config } from '@app/config';
import { Deadline } from '@app/database';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import { CsvWriter, csvHeader } from '../compose/csv-writer.js';
import { JsonWriter } from '../compose/json-writer.js';
import type { RowWriter } from '../compose/stored-rows.js';
import type { ReadSession } from '../execute/guarded-reads.js';
import { ReadScheduler } from '../execute/read-scheduler.js';
import { IndexPlanner } from '../plan/index-planner.js';
import { type ExportPlan, planExport } from '../plan/rows-plan.js';
import type { ExportQuery } from '../request/rows-query.js';
import { ExportStatements } from '../sql/export-statements.js';
import { PageReceiver } from './page-receiver.js';
import { listSource, type RowSource, rangeSource } from './row-source.js';

/** Pages that are read while one is sent: two are enough for any client, and limit the memory of an export. */
const PAGES_AHEAD = 2;

/** What one statement should return: enough to make its overhead small, and little enough for many exports at a time. */
const TARGET_BYTES = 1024 * 1024;
const FIRST_ROWS = 500;
const MAX_ROWS = 20_000;
/** A page has at most this many times the rows of the page before: longer rows may follow short ones. */
const GROWTH = 4;

/**
 * Writes the rows of an upload page by page: each page is a COPY, whose rows are written as they arrive, and no transaction takes longer
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
   * The export as UTF-8, in pieces that end with a row. Nothing is yielded before the first page is read, so an error until then can still be answered
   * with a problem.
   * @throws QueryTimeout, ClientGone; NotFound when the upload is deleted meanwhile
   */
  async *lines(upload: CsvUpload, query: ExportQuery, signal: AbortSignal): AsyncGenerator<Buffer> {
    const indexes = await this.indexes.plan(upload, query);
    const plan = planExport(upload, query, indexes);
    const writer = writerOf(upload, query);
    const statements = new ExportStatements(this.dataSource, upload, query, writer.bytesPerRow);
    const source = await this.source(upload, plan, statements, signal);
    const readPage = (from: number, to: number): Promise<PageReceiver> =>
      this.scheduler.exportPage(upload, this.newDeadline(signal), async ({ copy }) => {
        const page = new PageReceiver(source, from, writer);
        await copy(source.page(from, to), page.receive);
        return page;
      });

    const header = query.format === 'csv' ? csvHeader(query.columns, query.escapeFormulas) : '';
    const pages = readAhead(source.size, readPage, writer.bytesPerRow);
    const first = await pages.next();
    if (header !== '') yield Buffer.from(header);
    if (first.done) return;
    yield first.value;
    yield* pages;
  }

  private async source(
    upload: CsvUpload,
    plan: ExportPlan,
    statements: ExportStatements,
    signal: AbortSignal,
  ): Promise<RowSource> {
    if (plan.by === 'range') return rangeSource(plan, statements);

    const query = statements.rowList();
    const find = (session: ReadSession) => session.all<{ numbers: Buffer | null }>(query);
    const [row] = await (plan.read === 'scan'
      ? this.scheduler.scan(upload, this.newDeadline(signal), find)
      : this.scheduler.quickFirst(upload, this.newDeadline(signal), find));
    return listSource(row?.numbers ?? Buffer.alloc(0), statements);
  }

  private newDeadline(signal: AbortSignal): Deadline {
    return Deadline.in(this.config.ROWS_QUERY_TIMEOUT_MS, signal);
  }
}

const writerOf = (upload: CsvUpload, { format, columns, values, escapeFormulas }: ExportQuery): RowWriter =>
  format === 'csv' ? new CsvWriter(upload, columns, escapeFormulas) : new JsonWriter(upload, columns, values, '\n');

type ReadPage = (from: number, to: number) => Promise<PageReceiver>;

/** All pages, with two being read while one is sent. A page that gets too long is continued at once. */
async function* readAhead(size: number, read: ReadPage, bytesPerRow: number): AsyncGenerator<Buffer> {
  let pageRows = FIRST_ROWS;
  let next = 1;
  const ahead: { to: number; page: Promise<PageReceiver> }[] = [];
  while (true) {
    for (; ahead.length < PAGES_AHEAD && next <= size; next = ahead.at(-1)!.to + 1) {
      const to = Math.min(next + pageRows - 1, size);
      const page = read(next, to);
      // The error is thrown when the page's turn comes; until then it must not count as unhandled.
      page.catch(() => {});
      ahead.push({ to, page });
    }
    const wanted = ahead.shift();
    if (!wanted) return;
    let page = await wanted.page;
    pageRows = nextPageRows(pageRows, page, bytesPerRow);
    yield* page.pieces();
    while (page.next <= wanted.to) {
      page = await read(page.next, wanted.to);
      yield* page.pieces();
    }
  }
}

/** How many rows the next page should have, from the size of the rows in this one. */
function nextPageRows(current: number, { rows, cellBytes }: PageReceiver, bytesPerRow: number): number {
  const fitting = Math.floor(TARGET_BYTES / (cellBytes / rows + bytesPerRow));
  return Math.max(1, Math.min(fitting, current * GROWTH, MAX_ROWS));
}
