import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { CsvUpload } from '../../upload/upload.entity.js';
import type { IndexAdvice } from '../indexes/index-adviser.js';
import { type Direction, isFiltered, isWholeFile, type RowsQuery } from '../request/rows-query.js';
import { InvalidCursor } from '../rows.problems.js';
import { RowsQueryCompiler, type Start } from '../sql/compile-rows-query.js';
import { RowTexts } from '../sql/row-texts.js';
import type { Anchor } from '../sql/steps-behind.js';
import type { Deadline } from './deadline.js';
import type { ReadSession } from './guarded-reads.js';
import { ReadLanes } from './read-lanes.js';
import type { FoundPage, ReadRow } from './rows-page.js';

/** A read of an upload's rows: whose, of what, how indexes stand to it, and how long it may take. */
export interface RowsRead {
  userId: string;
  upload: CsvUpload;
  advice: IndexAdvice;
  deadline: Deadline;
}

interface NumberRow {
  row_number: string;
  total?: string;
}

/** Before a big table is scanned, so many rows are looked at from where the page begins: 10 ms that save most scans for what is frequent. */
const PROBED_ROWS = 20_000;

/** Finds the rows of a page: first which they are, by number, then what is in them. */
@Injectable()
export class RowsReader {
  constructor(
    private readonly dataSource: DataSource,
    private readonly lanes: ReadLanes,
  ) {}

  compilerFor({ upload, advice }: Pick<RowsRead, 'upload' | 'advice'>): RowsQueryCompiler {
    return new RowsQueryCompiler(this.dataSource, upload, { searchIndexed: advice.searchIndexed });
  }

  async readPage(read: RowsRead, query: RowsQuery): Promise<FoundPage> {
    if (isWholeFile(query)) return this.readRange(read, query);
    const start = await this.startOf(read, query);
    if (read.advice.mustScan) return this.probeOrScan(read, query, start);
    return this.lanes.tryQuick(read.userId, read.deadline, async (session) =>
      this.filled(session, read, query, await this.walk(session, read, query, start)),
    );
  }

  /** Rows are numbered 1 to processed_rows without a gap, so any page of the file is a range of numbers, however deep. */
  private async readRange(read: RowsRead, query: RowsQuery): Promise<FoundPage> {
    const total = read.upload.processed_rows;
    const skipped = rowsBefore(query, total);
    const end = Math.min(skipped + query.pageSize, total);
    const [first, last] = query.rowOrder === 'asc' ? [skipped + 1, end] : [total - end + 1, total - skipped];
    if (first > last) return { rows: [], hasNext: false, total };
    const texts = new RowTexts(this.dataSource, read.upload).between(
      first,
      last,
      query.rowOrder,
      query.columns,
      query.values,
    );
    const rows = await this.lanes.atOnce(read.deadline, (session) => session.all<TextRow>(texts));
    return { rows: rows.map(readRow), hasNext: end < total, total };
  }

  /** @param numbers one more than the page has, if there is a next one: that tells so without a count. */
  private async filled(
    session: ReadSession,
    read: RowsRead,
    query: RowsQuery,
    numbers: number[],
    total: number | null = null,
  ): Promise<FoundPage> {
    const shown = numbers.slice(0, query.pageSize);
    const hasNext = numbers.length > query.pageSize;
    if (shown.length === 0) return { rows: [], hasNext, total };
    const texts = new RowTexts(this.dataSource, read.upload).numbered(shown, query.columns, query.values);
    return { rows: (await session.all<TextRow>(texts)).map(readRow), hasNext, total };
  }

  /** Behind a cursor an index is walked range by range, until the page is full. */
  private async walk(session: ReadSession, read: RowsRead, query: RowsQuery, start: Start): Promise<number[]> {
    const compiler = this.compilerFor(read);
    const wanted = query.pageSize + 1;
    if ('offset' in start || !read.advice.inOrder) {
      return numbersOf(await session.all(compiler.rowNumbers(query, start, wanted)));
    }
    const numbers: number[] = [];
    for (const step of compiler.rowNumbersInSteps(query, start.after, wanted)) {
      numbers.push(...numbersOf(await session.all(step)));
      if (numbers.length >= wanted) break;
    }
    return numbers.slice(0, wanted);
  }

  /** In the order of the file what is frequent is found soon; else one pass over all rows finds the page and counts as well. */
  private async probeOrScan(read: RowsRead, query: RowsQuery, start: Start): Promise<FoundPage> {
    const probed = query.sort.length === 0 ? await this.probe(read, query, start) : null;
    if (probed) return probed;
    const withTotal = isFiltered(query) && query.count === 'exact' && 'offset' in start;
    const scan = this.compilerFor(read).rowNumbers(query, start, query.pageSize + 1, { withTotal });
    const found = await this.lanes.scan(read.userId, read.deadline, (session) => session.all<NumberRow>(scan));
    const total = found[0]?.total === undefined ? null : Number(found[0].total);
    return this.lanes.atOnce(read.deadline, (session) => this.filled(session, read, query, numbersOf(found), total));
  }

  /** @returns null when the page is not full with what is in reach. */
  private probe(read: RowsRead, query: RowsQuery, start: Start): Promise<FoundPage | null> {
    const within = probedRange(start, query.rowOrder, read.upload.processed_rows);
    const wanted = query.pageSize + 1;
    return this.lanes.atOnce(read.deadline, async (session) => {
      const probe = this.compilerFor(read).rowNumbers(query, start, wanted, { within });
      const numbers = numbersOf(await session.all(probe));
      return numbers.length === wanted ? this.filled(session, read, query, numbers) : null;
    });
  }

  private async startOf(read: RowsRead, query: RowsQuery): Promise<Start> {
    const { position, pageSize } = query;
    if ('page' in position) return { offset: (position.page - 1) * pageSize };
    return { after: await this.anchor(read, query, position.after) };
  }

  private async anchor(read: RowsRead, query: RowsQuery, rowNumber: number): Promise<Anchor> {
    if (query.sort.length === 0) return { rowNumber, sortValues: [] };
    const values = this.compilerFor(read).sortValues(query, rowNumber);
    const [row] = await this.lanes.atOnce(read.deadline, (session) =>
      session.all<{ values: (string | null)[] }>(values),
    );
    if (!row) throw new InvalidCursor();
    return { rowNumber, sortValues: row.values };
  }
}

interface TextRow {
  row_number: string;
  json: string;
}

const readRow = ({ row_number, json }: TextRow): ReadRow => ({ rowNumber: Number(row_number), json });
const numbersOf = (rows: NumberRow[]): number[] => rows.map((row) => Number(row.row_number));

function rowsBefore({ position, pageSize, rowOrder }: RowsQuery, total: number): number {
  if ('page' in position) return (position.page - 1) * pageSize;
  return rowOrder === 'asc' ? position.after : total - position.after + 1;
}

function probedRange(start: Start, direction: Direction, total: number): { first: number; last: number } {
  if (direction === 'asc') {
    const before = 'after' in start ? start.after.rowNumber : 0;
    return { first: before + 1, last: before + PROBED_ROWS };
  }
  const behind = 'after' in start ? start.after.rowNumber : total + 1;
  return { first: behind - PROBED_ROWS, last: behind - 1 };
}
