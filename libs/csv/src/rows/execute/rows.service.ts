import { CONFIG, type Config } from '@app/config';
import { ValidationFailed } from '@app/problems';
import { Inject, Injectable } from '@nestjs/common';
import { IndexAdviser } from '../indexes/index-adviser.js';
import { ColumnBook } from '../request/column-book.js';
import { CursorSeal } from '../request/cursor-seal.js';
import { parseRowsQuery, type RawRowsQuery } from '../request/parse-rows-query.js';
import type { RowsQuery } from '../request/rows-query.js';
import { Deadline } from './deadline.js';
import { ReadyUploads } from './ready-uploads.js';
import { RowCounter } from './row-counter.js';
import { type RowsRead, RowsReader } from './rows.reader.js';
import { openBody, type RowsAnswer } from './rows-answer.js';
import { type FoundPage, paginationOf, type RowTotal } from './rows-page.js';

/** Who asks, and how. */
export interface Asker {
  userId: string;
  /** Nothing out of a cache. */
  fresh: boolean;
  /** Aborted when he has gone. */
  signal: AbortSignal;
}

/** Answers questions about the rows of an upload. */
@Injectable()
export class RowsService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly uploads: ReadyUploads,
    private readonly indexes: IndexAdviser,
    private readonly reader: RowsReader,
    private readonly counter: RowCounter,
  ) {}

  /**
   * A page of rows, written out.
   * @throws NotFound, UploadNotReady, QueryTimeout, and what parseRowsQuery throws
   */
  async page({ userId, signal, fresh }: Asker, uploadId: string, raw: RawRowsQuery): Promise<RowsAnswer> {
    const deadline = Deadline.in(this.config.ROWS_QUERY_TIMEOUT_MS, signal);
    const upload = await this.uploads.get(userId, uploadId);
    const book = new ColumnBook(upload.columns, upload.dialect?.decimal ?? '.');
    const cursors = new CursorSeal(upload.storage_key);
    const query = parseRowsQuery(raw, book, cursors);

    const advice = await this.indexes.advise(upload, query);
    const read: RowsRead = { userId, upload, advice, deadline };
    const found = await this.reader.readPage(read, query);
    if (found.rows.length === 0 && 'page' in query.position && query.position.page > 1) throw pagePastTheEnd();
    const total = await this.total(read, query, found, fresh);

    const last = found.rows.at(-1);
    const nextCursor = found.hasNext && last ? cursors.seal(query, last.rowNumber) : null;
    const pagination = paginationOf(query, found.hasNext, total, nextCursor);
    return { index: advice.use, openBody: openBody(upload, book, raw, query, found.rows, pagination) };
  }

  /** A last page has shown how many rows there are; and an estimate must not deny rows that have been seen. */
  private async total(read: RowsRead, query: RowsQuery, found: FoundPage, fresh: boolean): Promise<RowTotal | null> {
    if (query.count === 'none') return null;
    if (found.total !== null) return { count: found.total, isEstimate: false };
    const before = 'page' in query.position ? (query.position.page - 1) * query.pageSize : null;
    const seen = (before ?? 0) + found.rows.length + (found.hasNext ? 1 : 0);
    if (before !== null && !found.hasNext) return { count: seen, isEstimate: false };
    const total = await this.counter.count(read, query, query.count, fresh);
    return total.isEstimate ? { ...total, count: Math.max(total.count, seen) } : total;
  }
}

const pagePastTheEnd = () =>
  new ValidationFailed({}, { errors: [{ pointer: '#/page', detail: 'there are not so many pages' }] });
