import { CONFIG, type Config } from '@app/config';
import { Deadline } from '@app/database';
import { Problem, ValidationFailed } from '@app/problems';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type FoundPage, PageReader, type ReceivingTurn } from './execute/page-reader.js';
import { ReadRouter } from './execute/read-router.js';
import { RowCounter, type RowTotal } from './execute/row-counter.js';
import { openBody, paginationOf, type RowsAnswer } from './execute/rows-response.js';
import { BY_ROW_NUMBER, IndexPlanner, type IndexUse } from './plan/index-planner.js';
import { planRows } from './plan/rows-plan.js';
import { type ReadyUpload, ReadyUploads } from './ready-uploads.js';
import { CursorCodec } from './request/cursor-codec.js';
import { parseRowsQuery, type RawRowsQuery } from './request/parse-rows-query.js';
import type { RowsQuery } from './request/rows-query.js';
import { CountStatements } from './sql/count-statements.js';
import { PageStatements } from './sql/page-statements.js';

/** The caller of a request for rows. */
export interface RowsCaller {
  userId: string;
  /** Whether caches are bypassed. */
  fresh: boolean;
  /** Aborted when the client disconnects. */
  signal: AbortSignal;
  /** Taken. */
  turn: ReceivingTurn;
}

/** Answers requests for the rows of an upload: parse, plan, compile, execute. */
@Injectable()
export class RowsService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly dataSource: DataSource,
    private readonly uploads: ReadyUploads,
    private readonly indexes: IndexPlanner,
    private readonly pages: PageReader,
    private readonly counter: RowCounter,
    private readonly reads: ReadRouter,
  ) {}

  /**
   * One page of rows, written as JSON.
   * @throws NotFound, UploadNotReady, PageTooLarge, QueryTimeout, ClientGone, and what parseRowsQuery throws
   */
  async page({ userId, signal, turn, fresh }: RowsCaller, uploadId: string, raw: RawRowsQuery): Promise<RowsAnswer> {
    const deadline = Deadline.in(this.config.ROWS_QUERY_TIMEOUT_MS, signal);
    // A replica may not know yet that the upload was deleted.
    const recalled = this.reads.hasReplica ? undefined : this.uploads.recall(userId, uploadId);
    const quick = recalled && (await this.pageOfFile({ ready: recalled, deadline, turn }, raw));
    if (quick) return quick;

    const ready = await this.uploads.read(userId, uploadId);
    const { upload, columns } = ready;
    const cursors = new CursorCodec(upload.storage_key);
    const query = parseRowsQuery(raw, columns, cursors);
    const indexes = await this.indexes.plan(upload, query);
    const plan = planRows(upload, query, indexes);
    const page = await this.pages.read(this.pageRead({ ready, deadline, turn }, query), plan.page);
    if (page.rowNumbers.length === 0 && 'page' in query.position && query.position.page > 1) throw pageNotFound();
    const count = new CountStatements(this.dataSource, upload, query);
    const total = await this.counter.total({ upload, query, statements: count, deadline, fresh }, plan.count, page);
    return answerOf(ready, raw, query, cursors, page, total, indexes.use);
  }

  /**
   * A page of the whole file in one statement, of an upload that is known from an earlier request.
   * @returns null where the upload must be read first: it may have been deleted, or the query is not valid for it
   */
  private async pageOfFile(reading: Reading, raw: RawRowsQuery): Promise<RowsAnswer | null> {
    if (raw.filters || raw.search || raw.sort_by) return null;
    const { ready } = reading;
    const cursors = new CursorCodec(ready.upload.storage_key);
    const query = parsed(raw, ready, cursors);
    if (!query) return null;
    const plan = planRows(ready.upload, query, BY_ROW_NUMBER);
    if (plan.page.by !== 'range' || plan.page.first > plan.page.last) return null;
    const page = await this.pages.readJoined(this.pageRead(reading, query), plan.page);
    if (!page) return null;
    const total = plan.count.by === 'none' ? null : { count: plan.page.total, isEstimate: false };
    return answerOf(ready, raw, query, cursors, page, total, BY_ROW_NUMBER.use);
  }

  private pageRead({ ready: { upload }, deadline, turn }: Reading, query: RowsQuery) {
    return { upload, query, statements: new PageStatements(this.dataSource, upload, query), deadline, turn };
  }
}

interface Reading {
  ready: ReadyUpload;
  deadline: Deadline;
  turn: ReceivingTurn;
}

/** null for a query with an error, which must not be reported before it is known that the upload still exists. */
function parsed(raw: RawRowsQuery, { columns }: ReadyUpload, cursors: CursorCodec): RowsQuery | null {
  try {
    return parseRowsQuery(raw, columns, cursors);
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

async function answerOf(
  { upload, columns }: ReadyUpload,
  raw: RawRowsQuery,
  query: RowsQuery,
  cursors: CursorCodec,
  page: FoundPage,
  total: RowTotal | null,
  index: IndexUse,
): Promise<RowsAnswer> {
  const last = page.rowNumbers.at(-1);
  const nextCursor = page.hasNext && last !== undefined ? cursors.encode(query, last) : null;
  const pagination = paginationOf(query, page.hasNext, total, nextCursor);
  return { index, openBody: await openBody(upload, columns, raw, query, page, pagination) };
}

const pageNotFound = () =>
  new ValidationFailed({}, { errors: [{ pointer: '#/page', detail: 'is greater than the number of pages' }] });
