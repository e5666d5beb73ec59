import { CONFIG, type Config } from '@app/config';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import { Deadline } from '../execute/deadline.js';
import type { ReadSession } from '../execute/guarded-reads.js';
import { ReadScheduler } from '../execute/read-scheduler.js';
import { IndexPlanner } from '../plan/index-planner.js';
import { type ExportPlan, planExport } from '../plan/rows-plan.js';
import type { ExportQuery } from '../request/rows-query.js';
import { csvHeader } from '../sql/csv-line.js';
import { ExportStatements } from '../sql/export-statements.js';
import { type Lines, type LinesRow, listSource, type ReadLines, type RowSource, rangeSource } from './row-source.js';

/** Pages that are read while one is sent: two are enough for any client, and limit the memory of an export. */
const PAGES_AHEAD = 2;

/** Text that one statement should return: enough to make its overhead small, and little enough for many exports at a time. */
const TARGET_BYTES = 1024 * 1024;
const FIRST_ROWS = 500;
const MAX_ROWS = 20_000;
/** A page has at most this many times the rows of the page before: longer rows may follow short ones. */
const GROWTH = 4;

/**
 * Writes the rows of an upload page by page: PostgreSQL makes the text of a whole page, and no transaction takes longer than one page.
 * Memory does not grow with the number of rows, except for four bytes a row where they are filtered or sorted.
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
    const statements = new ExportStatements(this.dataSource, upload, query, plan);
    const source = await this.source(userId, plan, statements, signal);

    const header = query.format === 'csv' ? csvHeader(query.columns, query.escapeFormulas) : '';
    const pages = readAhead(source);
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
    const readLines: ReadLines = async (query) => {
      const [row] = await this.scheduler.exportPage(newDeadline(), (session) => session.all<LinesRow>(query));
      return row;
    };
    if (plan.by === 'range') return rangeSource(plan, statements, readLines);

    const query = statements.rowList();
    const find = (session: ReadSession) => session.all<{ numbers: Buffer | null }>(query);
    const [row] = await (plan.lane === 'scan'
      ? this.scheduler.scan(userId, newDeadline(), find)
      : this.scheduler.quickFirst(userId, newDeadline(), find));
    return listSource(row?.numbers ?? Buffer.alloc(0), statements, readLines);
  }
}

/** The texts of all pages, with two being read while one is sent. A page whose text gets too long is continued at once. */
async function* readAhead(source: RowSource): AsyncGenerator<string> {
  let pageRows = FIRST_ROWS;
  let next = 1;
  const ahead: { to: number; lines: Promise<Lines> }[] = [];
  while (true) {
    for (; ahead.length < PAGES_AHEAD && next <= source.size; next = ahead.at(-1)!.to + 1) {
      const to = Math.min(next + pageRows - 1, source.size);
      const lines = source.read(next, to);
      // The error is thrown when the page's turn comes; until then it must not count as unhandled.
      lines.catch(() => {});
      ahead.push({ to, lines });
    }
    const page = ahead.shift();
    if (!page) return;
    let lines = await page.lines;
    pageRows = nextPageRows(pageRows, lines);
    yield lines.text;
    while (lines.last < page.to) {
      lines = await source.read(lines.last + 1, page.to);
      yield lines.text;
    }
  }
}

/** How many rows the next page should have, from the size of the rows in this one. */
function nextPageRows(current: number, { rows, text }: Lines): number {
  const fitting = text.length === 0 ? MAX_ROWS : Math.floor((rows * TARGET_BYTES) / text.length);
  return Math.max(1, Math.min(fitting, current * GROWTH, MAX_ROWS));
}
