import { CONFIG, type Config } from '@app/config';
import type { CsvColumn } from '@app/csv-format';
import { NotFound } from '@app/problems';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type SelectQueryBuilder } from 'typeorm';
import type { CsvUpload } from '../../upload/upload.entity.js';
import { Deadline } from '../execute/deadline.js';
import type { ReadSession } from '../execute/guarded-reads.js';
import { ReadLanes } from '../execute/read-lanes.js';
import { type RowsRead, RowsReader } from '../execute/rows.reader.js';
import { IndexAdviser } from '../indexes/index-adviser.js';
import { isFiltered, type RowSelection, type ValueForm } from '../request/rows-query.js';
import { rowJson } from '../sql/cell-sql.js';
import { RowTexts } from '../sql/row-texts.js';
import { csvHeader, csvLine } from './csv-line.js';
import { NumberList } from './number-list.js';
import { LONGEST_PAGE_BYTES, PageSizer } from './page-sizer.js';

export interface ExportWish {
  selection: RowSelection;
  /** In the order they are written. */
  columns: CsvColumn[];
  format: 'csv' | 'ndjson';
  /** Of ndjson; csv is always the exact text. */
  values: ValueForm;
  escapeFormulas: boolean;
}

interface Lines {
  text: string;
  rows: number;
  /** Place of the last row that is in it. */
  last: number;
}

/** The rows to be written, at places from 1 on in the order they are written in. */
interface Source {
  size: number;
  /** Those from one place to another, or fewer of them when they get too long. */
  read(from: number, to: number): Promise<Lines>;
}

interface LinesRow {
  text: string | null;
  rows: string;
  last: string | null;
}

/** Pages that are being made while one is sent: two keep ahead of any client, and bound what an export holds. */
const PAGES_AHEAD = 2;

/**
 * Writes out the rows of an upload, page by page: PostgreSQL makes the text of a whole page, and no transaction lasts longer than
 * that. Memory does not depend on the number of rows, but for four bytes each where they are filtered or sorted.
 */
@Injectable()
export class RowsExporter {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly indexes: IndexAdviser,
    private readonly reader: RowsReader,
    private readonly lanes: ReadLanes,
    private readonly dataSource: DataSource,
  ) {}

  /** @throws QueryTimeout, ClientGone; NotFound when the upload is deleted meanwhile */
  async *lines(userId: string, upload: CsvUpload, wish: ExportWish, signal: AbortSignal): AsyncGenerator<string> {
    const source = await this.source(userId, upload, wish, signal);
    const sizer = new PageSizer();
    const ahead: { to: number; lines: Promise<Lines> }[] = [];
    let begun = wish.format !== 'csv';
    for (let next = 1; ; ) {
      for (; ahead.length < PAGES_AHEAD && next <= source.size; next = ahead.at(-1)!.to + 1) {
        const to = Math.min(next + sizer.rows - 1, source.size);
        const lines = source.read(next, to);
        // A failure is met when its turn comes; until then it must not count as unhandled.
        lines.catch(() => {});
        ahead.push({ to, lines });
      }
      const page = ahead.shift();
      let lines = await page?.lines;
      // Only now: what goes wrong before the first line can still be answered with a problem.
      if (!begun) yield csvHeader(wish.columns, wish.escapeFormulas);
      begun = true;
      if (!page || !lines) return;
      sizer.learn(lines.rows, lines.text.length);
      yield lines.text;
      while (lines.last < page.to) {
        lines = await source.read(lines.last + 1, page.to);
        yield lines.text;
      }
    }
  }

  private async source(userId: string, upload: CsvUpload, wish: ExportWish, signal: AbortSignal): Promise<Source> {
    const { selection, columns } = wish;
    const deadline = () => Deadline.in(this.config.ROWS_QUERY_TIMEOUT_MS, signal);
    const advice = await this.indexes.advise(upload, selection);
    const read: RowsRead = { userId, upload, advice, deadline: deadline() };
    const texts = new RowTexts(this.dataSource, upload);
    const decimal = upload.dialect?.decimal ?? '.';
    const line =
      wish.format === 'csv'
        ? csvLine(columns, decimal, wish.escapeFormulas)
        : `${rowJson(columns, decimal, wish.values)} || E'\\n'`;
    const fetch = async (
      query: SelectQueryBuilder<object>,
      from: number,
      place: (last: number) => number,
    ): Promise<Lines> => {
      const [row] = await this.lanes.exportPage(deadline(), (session) => session.all<LinesRow>(query));
      const rows = Number(row?.rows);
      const last = place(Number(row?.last));
      // Rows of a completed upload do not go one by one: where some are not there, all are about to go.
      if (!row || row.text === null || last - from + 1 !== rows) throw new NotFound({ what: 'upload' });
      return { text: row.text, rows, last };
    };

    if (isFiltered(selection) || selection.sort.length > 0) {
      const list = await this.numberList(read, selection);
      return {
        size: list.length,
        read: (from, to) =>
          fetch(
            texts.linesNumbered(list.slice(from - 1, to), line, LONGEST_PAGE_BYTES),
            from,
            (last) => from - 1 + last,
          ),
      };
    }
    const size = upload.processed_rows;
    if (selection.rowOrder === 'asc') {
      return {
        size,
        read: (from, to) => fetch(texts.linesBetween(from, to, 'asc', line, LONGEST_PAGE_BYTES), from, (last) => last),
      };
    }
    const mirrored = (place: number) => size + 1 - place;
    return {
      size,
      read: (from, to) =>
        fetch(texts.linesBetween(mirrored(to), mirrored(from), 'desc', line, LONGEST_PAGE_BYTES), from, mirrored),
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
