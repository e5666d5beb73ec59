import { CONFIG, type Config } from '@app/config';
import { isId } from '@app/database';
import { NotFound, ValidationFailed } from '@app/problems';
import { Inject, Injectable } from '@nestjs/common';
import type { CsvUpload } from '../../upload/upload.entity.js';
import { UploadsRepository } from '../../upload/uploads.repository.js';
import { ColumnBook } from '../query/column-book.js';
import { CursorSeal } from '../query/cursor-seal.js';
import { parseRowsQuery, type RawRowsQuery } from '../query/parse-rows-query.js';
import type { RowsQuery } from '../query/rows-query.js';
import { UploadNotReady } from '../rows.problems.js';
import { GuardedReads, type ReadLimits } from './guarded-reads.js';
import { RowCounter } from './row-counter.js';
import { RowsReader } from './rows.reader.js';
import { openBody, type RowsAnswer } from './rows-answer.js';
import { paginationOf, type RowsPage, type RowTotal } from './rows-page.js';

type FoundPage = Omit<RowsPage, 'total'>;

/** Answers questions about the rows of an upload. */
@Injectable()
export class RowsService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly uploads: UploadsRepository,
    private readonly reads: GuardedReads,
    private readonly reader: RowsReader,
    private readonly counter: RowCounter,
  ) {}

  /**
   * A page of rows, written out.
   * @throws NotFound, UploadNotReady, QueryTimeout, and what parseRowsQuery throws
   */
  async page(userId: string, uploadId: string, raw: RawRowsQuery, signal: AbortSignal): Promise<RowsAnswer> {
    const upload = await this.readyUpload(userId, uploadId);
    const book = new ColumnBook(upload.columns, upload.dialect?.decimal ?? '.');
    const cursors = new CursorSeal(upload.storage_key);
    const query = parseRowsQuery(raw, book, cursors);

    const limits: ReadLimits = { timeoutMs: this.config.ROWS_QUERY_TIMEOUT_MS, signal };
    const found = await this.reads.run(limits, (session) => this.reader.readPage(session, upload, query));
    if (found.rows.length === 0 && 'page' in query.position && query.position.page > 1) throw pagePastTheEnd();
    const total = await this.total(upload, query, found, limits);

    const last = found.rows.at(-1);
    const nextCursor = found.hasNext && last ? cursors.seal(query, last.rowNumber) : null;
    const pagination = paginationOf(query, { hasNext: found.hasNext, total }, nextCursor);
    return { index: 'none', openBody: openBody(upload, book, raw, query, found, pagination) };
  }

  /** @throws NotFound, UploadNotReady */
  private async readyUpload(userId: string, uploadId: string): Promise<CsvUpload> {
    const upload = isId(uploadId) ? await this.uploads.findOwned(userId, uploadId) : null;
    if (!upload) throw new NotFound({ what: 'upload' });
    if (upload.status !== 'completed') throw new UploadNotReady({ upload_status: upload.status });
    return upload;
  }

  /** A last page has shown how many rows there are; and an estimate must not deny rows that have been seen. */
  private async total(
    upload: CsvUpload,
    query: RowsQuery,
    found: FoundPage,
    limits: ReadLimits,
  ): Promise<RowTotal | null> {
    if (query.count === 'none') return null;
    const before = 'page' in query.position ? (query.position.page - 1) * query.pageSize : null;
    const seen = (before ?? 0) + found.rows.length + (found.hasNext ? 1 : 0);
    if (before !== null && !found.hasNext) return { count: seen, isEstimate: false };
    const total = await this.counter.count(upload, query, query.count, limits);
    return total.isEstimate ? { ...total, count: Math.max(total.count, seen) } : total;
  }
}

const pagePastTheEnd = () =>
  new ValidationFailed({}, { errors: [{ pointer: '#/page', detail: 'there are not so many pages' }] });
