import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { CsvUpload } from '../../upload/upload.entity.js';
import { isWholeFile, type RowSelection, type RowsQuery } from '../query/rows-query.js';
import { InvalidCursor } from '../rows.problems.js';
import { RowsQueryCompiler, type Start } from '../sql/compile-rows-query.js';
import type { ReadSession } from './guarded-reads.js';
import type { RowsPage } from './rows-page.js';

interface RowText {
  row_number: string;
  json: string;
}

/** Finds the rows of a page: first which they are, by number, then what is in them. */
@Injectable()
export class RowsReader {
  constructor(private readonly dataSource: DataSource) {}

  compilerFor(upload: CsvUpload): RowsQueryCompiler {
    return new RowsQueryCompiler(this.dataSource, {
      id: upload.id,
      rows_table: upload.rows_table,
      decimal: upload.dialect?.decimal ?? '.',
    });
  }

  async readPage(session: ReadSession, upload: CsvUpload, query: RowsQuery): Promise<Omit<RowsPage, 'total'>> {
    return isWholeFile(query) ? this.readRange(session, upload, query) : this.readSelected(session, upload, query);
  }

  /** Rows are numbered 1 to processed_rows without a gap, so any page of the file is a range of numbers, however deep. */
  private async readRange(session: ReadSession, upload: CsvUpload, query: RowsQuery): Promise<Omit<RowsPage, 'total'>> {
    const total = upload.processed_rows;
    const backwards = query.rowOrder === 'desc';
    const skipped = this.rowsBefore(query, total, backwards);
    const end = Math.min(skipped + query.pageSize, total);
    const [first, last] = backwards ? [total - end + 1, total - skipped] : [skipped + 1, end];
    const texts = this.compilerFor(upload).rowsBetween(first, last, query.rowOrder, query.columns, query.values);
    const rows = first <= last ? await session.all<RowText>(texts) : [];
    return { rows: rows.map(parsed), hasNext: end < total };
  }

  private rowsBefore({ position, pageSize }: RowsQuery, total: number, backwards: boolean): number {
    if ('page' in position) return (position.page - 1) * pageSize;
    return backwards ? total - position.after + 1 : position.after;
  }

  private async readSelected(
    session: ReadSession,
    upload: CsvUpload,
    query: RowsQuery,
  ): Promise<Omit<RowsPage, 'total'>> {
    const compiler = this.compilerFor(upload);
    const start = await this.start(session, compiler, query);
    // One more than is shown tells whether there is a next page, without a count.
    const found = await session.all<{ row_number: string }>(compiler.rowNumbers(query, start, query.pageSize + 1));
    const numbers = found.slice(0, query.pageSize).map((row) => Number(row.row_number));
    const texts =
      numbers.length > 0 ? await session.all<RowText>(compiler.rowsNumbered(numbers, query.columns, query.values)) : [];
    const byNumber = new Map(texts.map((text) => [Number(text.row_number), text]));
    return {
      rows: numbers.flatMap((number) => byNumber.get(number) ?? []).map(parsed),
      hasNext: found.length > query.pageSize,
    };
  }

  private async start(session: ReadSession, compiler: RowsQueryCompiler, query: RowsQuery): Promise<Start> {
    const { position, pageSize } = query;
    if ('page' in position) return { offset: (position.page - 1) * pageSize };
    return {
      after: { rowNumber: position.after, sortValues: await this.sortValues(session, compiler, query, position.after) },
    };
  }

  private async sortValues(
    session: ReadSession,
    compiler: RowsQueryCompiler,
    selection: RowSelection,
    rowNumber: number,
  ): Promise<(string | null)[]> {
    if (selection.sort.length === 0) return [];
    const [anchor] = await session.all<{ values: (string | null)[] }>(compiler.sortValues(selection, rowNumber));
    if (!anchor) throw new InvalidCursor();
    return anchor.values;
  }
}

const parsed = ({ row_number, json }: RowText) => ({ rowNumber: Number(row_number), json });
