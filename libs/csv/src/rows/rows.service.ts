import { CONFIG, type Config } from '@app/config';
import { ValidationFailed } from '@app/problems';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Deadline } from './execute/deadline.js';
import { PageReader } from './execute/page-reader.js';
import { RowCounter } from './execute/row-counter.js';
import { openBody, paginationOf, type RowsAnswer } from './execute/rows-response.js';
import { IndexPlanner } from './plan/index-planner.js';
import { planRows } from './plan/rows-plan.js';
import { ReadyUploads } from './ready-uploads.js';
import { Columns } from './request/columns.js';
import { CursorCodec } from './request/cursor-codec.js';
import { parseRowsQuery, type RawRowsQuery } from './request/parse-rows-query.js';
import { CountStatements } from './sql/count-statements.js';
import { PageStatements } from './sql/page-statements.js';

/** Who asks for rows. */
export interface RowsCaller {
  userId: string;
  /** Whether caches are bypassed. */
  fresh: boolean;
  /** Aborted when the client disconnects. */
  signal: AbortSignal;
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
  ) {}

  /**
   * One page of rows, written as JSON.
   * @throws NotFound, UploadNotReady, QueryTimeout, ClientGone, and what parseRowsQuery throws
   */
  async page({ userId, signal, fresh }: RowsCaller, uploadId: string, raw: RawRowsQuery): Promise<RowsAnswer> {
    const deadline = Deadline.in(this.config.ROWS_QUERY_TIMEOUT_MS, signal);
    const upload = await this.uploads.get(userId, uploadId);
    const columns = Columns.of(upload);
    const cursors = new CursorCodec(upload.storage_key);

    const query = parseRowsQuery(raw, columns, cursors);
    const indexes = await this.indexes.plan(upload, query);
    const plan = planRows(upload, query, indexes);
    const statements = {
      page: new PageStatements(this.dataSource, upload, query),
      count: new CountStatements(this.dataSource, upload, query),
    };
    const page = await this.pages.read({ userId, query, statements: statements.page, deadline }, plan.page);
    if (page.rows.length === 0 && 'page' in query.position && query.position.page > 1) throw pageNotFound();
    const counting = { userId, upload, query, statements: statements.count, deadline, fresh };
    const total = await this.counter.total(counting, plan.count, page);

    const last = page.rows.at(-1);
    const nextCursor = page.hasNext && last ? cursors.encode(query, last.rowNumber) : null;
    const pagination = paginationOf(query, page.hasNext, total, nextCursor);
    return { index: indexes.use, openBody: openBody(upload, columns, raw, query, page, pagination) };
  }
}

const pageNotFound = () =>
  new ValidationFailed({}, { errors: [{ pointer: '#/page', detail: 'is greater than the number of pages' }] });
