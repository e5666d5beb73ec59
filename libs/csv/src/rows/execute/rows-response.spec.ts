import { setImmediate as nextTurn } from 'node:timers/promises';
import { ROW_SEPARATOR } from '@app/csv-format';
import { describe, expect, it } from 'vitest';
import { newColumns } from '../../../test/rows/store-upload.js';
import { Columns } from '../request/columns.js';
import { CursorCodec } from '../request/cursor-codec.js';
import { parseRowsQuery } from '../request/parse-rows-query.js';
import { openBody, paginationOf } from './rows-response.js';

const MIB = 1024 * 1024;

/** Writes a page of so many rows of a MiB each. @returns the rows of the answer, and how many turns others had meanwhile */
async function written(rows: number, joined: boolean) {
  const columns = new Columns(newColumns({ note: 'text' }));
  const query = parseRowsQuery({}, columns, new CursorCodec('key'));
  const texts = Array.from({ length: rows }, (_, n) => String.fromCharCode(97 + n).repeat(MIB));
  const page = {
    rowNumbers: texts.map((_, n) => n + 1),
    cells: joined ? [texts.join(ROW_SEPARATOR)] : texts,
    hasNext: false,
    total: rows,
  };
  const upload = { id: 'id', original_filename: 'a.csv', status: 'completed' as const, has_escapes: false };
  let turns = 0;
  let done = false;
  const others = (async () => {
    while (!done) {
      await nextTurn();
      turns++;
    }
  })();
  const body = await openBody(upload, columns, {}, query, page, paginationOf(query, false, null, null));
  const turnsMeanwhile = turns;
  done = true;
  await others;
  const { data } = JSON.parse(`${body}}`) as { data: { row_id: number; data: { note: string } }[] };
  return { turnsMeanwhile, isWhole: data.every((row, n) => row.row_id === n + 1 && row.data.note === texts[n]), data };
}

describe('the body of a page of rows', () => {
  it.each([
    ['one by one', false],
    ['joined', true],
  ])('lets other requests have their turn while it is long, with rows %s', async (_, joined) => {
    const { turnsMeanwhile, isWhole, data } = await written(24, joined);
    expect(data).toHaveLength(24);
    expect(isWhole).toBe(true);
    expect(turnsMeanwhile).toBeGreaterThanOrEqual(4);
  });

  it('is written at once while it is short', async () => {
    expect(await written(1, false)).toMatchObject({ turnsMeanwhile: 0, isWhole: true });
  });
});
