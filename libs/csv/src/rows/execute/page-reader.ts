import type { Deadline } from '@app/database';
import { UserTurns } from '@app/http';
import { InvalidCursor, NotFound, QueryTimeout } from '@app/problems';
import { Injectable } from '@nestjs/common';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import { RankSamples } from '../indexes/rank-samples.js';
import { FileWindows } from '../plan/file-windows.js';
import type { PagePlan, PageStart } from '../plan/rows-plan.js';
import type { RowsQuery } from '../request/rows-query.js';
import { PageTooLarge } from '../rows.problems.js';
import type { PageStatements, ResolvedStart } from '../sql/page-statements.js';
import { MAX_PAGE_BYTES } from '../sql/row-content.js';
import type { Query } from '../sql/selection-sql.js';
import type { ReadSession } from './guarded-reads.js';
import { ReadScheduler } from './read-scheduler.js';

/** The rows of a page, before the response is written. */
export interface FoundPage {
  rowNumbers: number[];
  /** The rows as they are stored, in the same order: texts of one or more rows, which U+001E joins. */
  cells: string[];
  hasNext: boolean;
  /** The number of selected rows, where reading the page has counted them. */
  total: number | null;
}

/** A user receives a few pages at a time, because a page is in memory until its client has read it. */
export interface ReceivingTurn {
  /** At once where it is taken. */
  take(): Promise<void>;
  release(): void;
}

/** One request's page: of which upload, how it is read, and until when. */
interface PageRead {
  upload: CsvUpload;
  query: RowsQuery;
  statements: PageStatements;
  deadline: Deadline;
  turn: ReceivingTurn;
}

interface NumberRow {
  row_number: string;
  total?: string;
}

interface ContentRow {
  row_number: string;
  /** null where the page has too many bytes. */
  cells: string | null;
}

interface JoinedRow {
  cells: string | null;
  rows: string;
}

/** Scans of one user that wait for the scans of all users, or are one of them. */
const WAITING_SCANS_PER_USER = 8;
const LONGEST_WAIT_MS = 120_000;

/** Executes the plan of a page: finds the numbers of its rows, then reads their contents. */
@Injectable()
export class PageReader {
  private readonly waiting = new UserTurns({
    limit: WAITING_SCANS_PER_USER,
    longestWaitMs: LONGEST_WAIT_MS,
    refusal: () => new QueryTimeout(),
  });

  constructor(
    private readonly scheduler: ReadScheduler,
    private readonly samples: RankSamples,
  ) {}

  /** @throws PageTooLarge, QueryTimeout, ClientGone, InvalidCursor; NotFound when the rows are deleted meanwhile */
  read(read: PageRead, plan: PagePlan): Promise<FoundPage> {
    switch (plan.by) {
      case 'range':
        return this.readRange(read, plan);
      case 'index':
        return this.readByIndex(read, plan);
      case 'scan':
        return this.readByScan(read, plan);
    }
  }

  /**
   * A page of an upload that was read earlier and may have been deleted meanwhile.
   * @returns null where it has, and where a row is too long to be joined to others
   * @throws QueryTimeout, ClientGone; NotFound when the rows are deleted meanwhile
   */
  async readJoined(
    { query, statements, deadline }: PageRead,
    plan: Extract<PagePlan, { by: 'range' }>,
  ): Promise<FoundPage | null> {
    const { text, values } = statements.joinedRange(plan);
    const [page] = await this.scheduler.onPrimary(deadline, ({ sql }) => sql<JoinedRow>(text, values, 'fixed'));
    const size = plan.last - plan.first + 1;
    if (!page || page.cells === null || Number(page.rows) !== size) return null;
    const rowNumbers = Array.from({ length: size }, (_, n) =>
      query.rowOrder === 'asc' ? plan.first + n : plan.last - n,
    );
    return { rowNumbers, cells: [page.cells], hasNext: plan.hasNext, total: plan.total };
  }

  private async readRange(read: PageRead, plan: Extract<PagePlan, { by: 'range' }>): Promise<FoundPage> {
    const { hasNext, total } = plan;
    if (plan.first > plan.last) return { rowNumbers: [], cells: [], hasNext, total };
    const query = read.statements.range(plan);
    const found = await this.scheduler.immediate(read.upload, read.deadline, async (session) =>
      complete(await session.all<ContentRow>(query, 'fixed'), plan.last - plan.first + 1),
    );
    return { ...found, hasNext, total };
  }

  private async readByIndex(read: PageRead, plan: Extract<PagePlan, { by: 'index' }>): Promise<FoundPage> {
    const { upload, deadline, statements, query } = read;
    const start = (await this.ranked(read, plan)) ?? (await this.resolve(read, plan.start));
    return this.scheduler.quickFirst(upload, deadline, async (session) => {
      const rows = plan.inWindows
        ? await this.rowsInWindows(session, read, start)
        : await this.rowsByIndex(session, statements, statements.byIndex(plan, start));
      const contents = contentsOf(rows.slice(0, query.pageSize));
      // Each statement has the limit for itself, and here the page may be of several.
      if (bytesOf(contents.cells) > MAX_PAGE_BYTES) throw new PageTooLarge({ limit_bytes: MAX_PAGE_BYTES });
      return { ...contents, hasNext: rows.length > query.pageSize, total: null };
    });
  }

  private async rowsByIndex(session: ReadSession, { wanted }: PageStatements, queries: Query[]): Promise<ContentRow[]> {
    const rows: ContentRow[] = [];
    for (const query of queries) {
      rows.push(...(await session.all<ContentRow>(query)));
      if (rows.length >= wanted) break;
    }
    return rows;
  }

  /** It is not known how many rows a window has before a page by number, so where the first is not full, all rows are looked for. */
  private async rowsInWindows(
    session: ReadSession,
    { upload, query, statements }: PageRead,
    start: ResolvedStart,
  ): Promise<ContentRow[]> {
    const { wanted } = statements;
    const all = { first: 1, last: upload.processed_rows };
    const offset = 'offset' in start ? start.offset : 0;
    const after = 'after' in start ? start.after.rowNumber : null;
    const windows = new FileWindows(upload.processed_rows, query.rowOrder, after);
    const rows: ContentRow[] = [];
    let isFirst = true;
    for (let window = windows.next(0, offset + wanted); window; isFirst = false) {
      const missing = wanted - rows.length;
      rows.push(...(await session.all<ContentRow>(statements.inWindow(window, missing, offset, isFirst))));
      if (rows.length >= wanted) return rows;
      if (offset > 0) return session.all<ContentRow>(statements.inWindow(all, wanted, offset, false));
      window = windows.next(rows.length, wanted - rows.length);
    }
    return rows;
  }

  /** Rows in file order may fill the page early; otherwise one pass over all rows finds the page and counts. */
  private async readByScan(read: PageRead, plan: Extract<PagePlan, { by: 'scan' }>): Promise<FoundPage> {
    const { upload, deadline, statements } = read;
    const start = await this.resolve(read, plan.start);
    if (plan.probe) {
      const query = statements.probe(plan.probe, start);
      const page = await this.scheduler.immediate(upload, deadline, async (session) => {
        const numbers = toNumbers(await session.all(query));
        return numbers.length === statements.wanted ? this.readContents(session, read, numbers) : null;
      });
      if (page) return page;
    }
    const found = await this.scanned(read, statements.scan(plan, start));
    const total = found[0]?.total === undefined ? null : Number(found[0].total);
    return this.scheduler.immediate(upload, deadline, (session) =>
      this.readContents(session, read, toNumbers(found), total),
    );
  }

  /**
   * A scan has no rows in memory while it waits for others, so quick pages of the same user go first: 16 searches of one user kept their pages
   * waiting for 13 s. Only a few scans of a user wait at a time for the scans of all; the time in which the others wait for that is not theirs.
   */
  private async scanned({ upload, deadline, turn }: PageRead, query: Query): Promise<NumberRow[]> {
    turn.release();
    const admission = this.waiting.take(upload.user_id, deadline.signal);
    const end = await deadline.pausedDuring(admission).catch((error) => {
      deadline.check();
      throw error;
    });
    const found = await this.scheduler.scan(upload, deadline, (session) => session.all<NumberRow>(query)).finally(end);
    await deadline.pausedDuring(turn.take());
    return found;
  }

  /** Where a page far behind the first begins, by the rank samples of its order; null where they do not tell. */
  private async ranked(
    { upload, deadline }: PageRead,
    { start, ranked }: Extract<PagePlan, { by: 'index' }>,
  ): Promise<ResolvedStart | null> {
    if (!ranked || !('offset' in start) || start.offset < this.samples.stepOf(upload)) return null;
    return this.scheduler.byIndex(upload, deadline, ({ sql }) =>
      this.samples.locate((statement, values) => sql(statement, values, 'fixed'), upload, ranked, start.offset),
    );
  }

  /** Reads the sort values of the row that the page starts after. */
  private async resolve({ upload, query, statements, deadline }: PageRead, start: PageStart): Promise<ResolvedStart> {
    if ('offset' in start) return start;
    if (query.sort.length === 0) return { after: { rowNumber: start.after, sortValues: [] } };
    const [row] = await this.scheduler.immediate(upload, deadline, (session) =>
      session.all<{ values: (string | null)[] }>(statements.sortValues(start.after), 'fixed'),
    );
    if (!row) throw new InvalidCursor();
    return { after: { rowNumber: start.after, sortValues: row.values } };
  }

  /** @param numbers of the page's rows, and one more where there is a next page. */
  private async readContents(
    session: ReadSession,
    { query, statements }: PageRead,
    numbers: number[],
    total: number | null = null,
  ): Promise<FoundPage> {
    const shown = numbers.slice(0, query.pageSize);
    const hasNext = numbers.length > query.pageSize;
    const rows = shown.length === 0 ? [] : await session.all<ContentRow>(statements.rows(shown), 'fixed');
    return { ...complete(rows, shown.length), hasNext, total };
  }
}

/** Rows of a completed upload are only deleted all together: where some are missing, the upload is being deleted. @throws NotFound, PageTooLarge */
function complete(rows: ContentRow[], expected: number): Pick<FoundPage, 'rowNumbers' | 'cells'> {
  if (rows.length < expected) throw new NotFound({ what: 'upload' });
  return contentsOf(rows);
}

/** @throws PageTooLarge */
function contentsOf(rows: ContentRow[]): Pick<FoundPage, 'rowNumbers' | 'cells'> {
  const cells = rows.flatMap((row) => row.cells ?? []);
  if (cells.length < rows.length) throw new PageTooLarge({ limit_bytes: MAX_PAGE_BYTES });
  return { rowNumbers: toNumbers(rows), cells };
}

const bytesOf = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);

const toNumbers = (rows: NumberRow[]): number[] => rows.map((row) => Number(row.row_number));
