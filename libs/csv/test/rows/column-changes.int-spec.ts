import { Transactions } from '@app/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CsvUpload } from '../../src/uploads/upload.entity.js';
import { UploadsApi } from '../uploads/uploads-api.js';
import { newColumns, newOwnTable, storeUpload } from './store-upload.js';

// Real: the csv part of the api over HTTP, PostgreSQL, Redis. Fake: the guard (X-User names the user).

let api: UploadsApi;
let user: string;
beforeAll(async () => {
  api = await UploadsApi.start();
  user = await api.newUser();
});
afterAll(() => api.stop());

const COLUMNS = newColumns({ day: 'text', amount: 'text', note: 'text' });
const ROWS = [
  ['02/10/2026', '-9.967,97', 'Rent'],
  ['13/10/2026', '12.500,00', 'NA'],
  ['30/09/2026', '-126,83', null],
];
const newUpload = (rows = ROWS, facts: Partial<CsvUpload> = {}) => storeUpload(api.db, user, COLUMNS, rows, facts);

interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests check
  body: any;
}
const call = async (method: string, path: string, body?: unknown, as = user): Promise<Answer> => {
  const response = await api.call(as, method, path, {
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return { status: response.status, body: await response.json() };
};
const patch = ({ id }: CsvUpload, key: string, change: unknown, as?: string) =>
  call('PATCH', `${id}/columns/${key}/`, change, as);
const data = async ({ id }: CsvUpload, query: Record<string, string> = {}) =>
  (await call('GET', `${id}/data/?${new URLSearchParams(query)}`)).body;
const valuesOf = async (upload: CsvUpload, key: string, query: Record<string, string> = {}) =>
  (await data(upload, query)).data.map((row: { data: Record<string, unknown> }) => row.data[key]);

describe('PATCH columns/<key>/', () => {
  it('finds the format that all values have, and every answer follows', async () => {
    const upload = await newUpload();
    // Remembered and cached by the api.
    expect(await valuesOf(upload, 'amount')).toEqual(['-9.967,97', '12.500,00', '-126,83']);
    expect(await patch(upload, 'amount', { type: 'number' })).toEqual({
      status: 200,
      body: {
        key: 'amount',
        name: 'amount',
        type: 'number',
        position: 2,
        format: '1.234,56',
        null_values: [],
        would_be: null,
      },
    });
    expect(await patch(upload, 'day', { type: 'date' })).toMatchObject({
      body: { type: 'date', format: 'DD/MM/YYYY' },
    });

    expect(await valuesOf(upload, 'amount')).toEqual([-9967.97, 12500, -126.83]);
    expect(await valuesOf(upload, 'amount', { values: 'text' })).toEqual(['-9.967,97', '12.500,00', '-126,83']);
    expect(await valuesOf(upload, 'day', { sort_by: 'day' })).toEqual(['2026-09-30', '2026-10-02', '2026-10-13']);
    expect(await valuesOf(upload, 'amount', { filters: '{"amount": {"gte": -200}}' })).toEqual([12500, -126.83]);
    expect((await call('GET', `${upload.id}/`)).body.columns[1]).toMatchObject({ type: 'number', format: '1.234,56' });
    const { body } = await call('GET', `${upload.id}/columns/`);
    expect(body.columns[0]).toMatchObject({ min: '2026-09-30', max: '2026-10-13', format: 'DD/MM/YYYY' });
    expect(body.columns[1]).toMatchObject({ min: -9967.97, max: 12500 });
    const exported = await api.call(user, 'GET', `${upload.id}/export/`);
    expect(await exported.text()).toBe(
      'day,amount,note\r\n02/10/2026,"-9.967,97",Rent\r\n13/10/2026,"12.500,00",NA\r\n30/09/2026,"-126,83",\r\n',
    );
  });

  it('tells how many values have another type, and the first of them', async () => {
    const upload = await newUpload([...ROWS, ['x', '1.5', 'y']]);
    expect(await patch(upload, 'amount', { format: '1.234,56' })).toMatchObject({
      status: 422,
      body: { code: 'type_does_not_hold', exceptions: 1, first: { row_id: 4, value: '1.5' }, type: 'number' },
    });
    expect(await patch(upload, 'note', { type: 'integer' })).toMatchObject({
      status: 422,
      body: { code: 'type_does_not_hold', exceptions: 3, first: { row_id: 1, value: 'Rent' } },
    });
    expect((await call('GET', `${upload.id}/`)).body.columns).toMatchObject([{ type: 'text' }, { type: 'text' }, {}]);
  });

  it('refuses names and null values that would make every answer about a wide upload long', async () => {
    const keys = Array.from({ length: 1_000 }, (_, n) => `c${n}`);
    const columns = newColumns(Object.fromEntries(keys.map((key) => [key, 'text' as const])));
    // As an earlier version left them: names and null values fill their limits, but for a hundred bytes.
    const full = columns.map((column, n) => ({
      ...column,
      name: 'n'.repeat(n === 0 ? 100 : 131),
      null_values: ['x'.repeat(n === 0 ? 100 : 131)],
    }));
    const upload = await storeUpload(api.db, user, full, [keys]);
    // The last ones have as many letters as before, and twice as many bytes.
    const changes = [
      ['c0', { name: 'n'.repeat(250) }],
      ['c0', { null_values: ['x'.repeat(250)] }],
      ['c1', { name: 'ш'.repeat(131) }],
      ['c1', { null_values: ['ш'.repeat(131)] }],
    ] as const;
    for (const [key, change] of changes) {
      const [field] = Object.keys(change);
      expect(await patch(upload, key, change)).toMatchObject({
        status: 400,
        body: {
          code: 'validation_failed',
          errors: [{ pointer: `#/${field}`, detail: expect.stringContaining('128 KiB') }],
        },
      });
    }
    expect(await patch(upload, 'c1', { name: 'n', null_values: [] })).toMatchObject({ status: 200 });
    expect(await patch(upload, 'c0', { name: 'n'.repeat(190), null_values: ['x'.repeat(190)] })).toMatchObject({
      status: 200,
    });
  });

  it('takes texts that stand for no value', async () => {
    const upload = await newUpload([...ROWS, ['NA', '-', "it's"]]);
    expect(await patch(upload, 'day', { type: 'date' })).toMatchObject({ status: 422 });
    expect(await patch(upload, 'day', { type: 'date', null_values: ['NA'] })).toMatchObject({ status: 200 });
    expect(await patch(upload, 'note', { null_values: ['NA', "it's"] })).toMatchObject({ body: { type: 'text' } });
    expect(await valuesOf(upload, 'day')).toEqual(['2026-10-02', '2026-10-13', '2026-09-30', null]);
    expect(await valuesOf(upload, 'day', { values: 'text' })).toEqual(['02/10/2026', '13/10/2026', '30/09/2026', 'NA']);
    expect(await valuesOf(upload, 'note', { filters: '{"note": {"is_null": true}}', values: 'text' })).toEqual([
      'NA',
      null,
      "it's",
    ]);
    expect(await valuesOf(upload, 'note', { filters: '{"note": {"ne": "x"}}' })).toEqual(['Rent']);
    // Without this null value the type would no longer hold.
    expect(await patch(upload, 'day', { null_values: [] })).toMatchObject({
      status: 422,
      body: { first: { row_id: 4, value: 'NA' } },
    });
  });

  it('takes a format for one that looks like it, and names what the cells have', async () => {
    const upload = await newUpload([
      ['1\u00a0234,50', '12,50', 'x'],
      ['-9\u00a0967,97', '7', '1 234'],
      ['3', '8', '1\u00a0234'],
    ]);
    expect(await patch(upload, 'day', { format: '1 234,56' })).toMatchObject({
      status: 200,
      body: { type: 'number', format: '1\u00a0234,56' },
    });
    expect(await valuesOf(upload, 'day')).toEqual([1234.5, -9967.97, 3]);
    // No value shows which of the blanks it is.
    expect(await patch(upload, 'amount', { format: '1\u202f234,56' })).toMatchObject({
      body: { format: '1\u202f234,56' },
    });
    expect(await valuesOf(upload, 'amount')).toEqual([12.5, 7, 8]);
    // In one column only one of them can stand, and the other is shown as what it is.
    expect(await patch(upload, 'note', { type: 'number', format: '1 234,56', null_values: ['x'] })).toMatchObject({
      status: 422,
      body: { exceptions: 1, detail: expect.stringContaining('"1\\u00a0234"') },
    });
  });

  it('tells anew which type a column of text nearly has, with other null values', async () => {
    const rows = ['n/a', '-', ...Array.from({ length: 200 }, (_, i) => String(i))].map((value) => [value, null, 'x']);
    const upload = await newUpload(rows);
    expect(await patch(upload, 'day', { null_values: ['n/a'] })).toMatchObject({
      status: 200,
      body: { type: 'text', would_be: { type: 'integer', exceptions: 1, first: { row_id: 2, value: '-' } } },
    });
    expect(await patch(upload, 'day', { null_values: ['n/a'], name: 'N' })).toMatchObject({
      body: { would_be: { exceptions: 1 } },
    });
    expect(await patch(upload, 'day', { null_values: [] })).toMatchObject({
      body: { would_be: { type: 'integer', exceptions: 2, first: { row_id: 1, value: 'n/a' } } },
    });
    expect(await patch(upload, 'note', { null_values: ['y'] })).toMatchObject({ body: { would_be: null } });
  });

  it('keeps what the file has shown of the totals at its end', async () => {
    const would_be = { type: 'integer' as const, exceptions: 1, first: { row_id: 4, value: 'Total' }, skip_footer: 1 };
    const values = [['1'], ['-'], ['2'], ['Total'], ['-']];
    const upload = await storeUpload(api.db, user, [{ ...COLUMNS[0]!, null_values: ['-'], would_be }], values);
    expect(await patch(upload, 'day', { null_values: ['-', '?'] })).toMatchObject({ body: { would_be } });
  });

  it('counts the first cells as the exceptions where most have another form', async () => {
    const upload = await newUpload([['2026-10-13', '1', 'x'], ...Array(5).fill(['13.10.2026', '1', 'x'])]);
    expect(await patch(upload, 'day', { type: 'date' })).toMatchObject({
      status: 422,
      body: { exceptions: 1, first: { row_id: 1, value: '2026-10-13' } },
    });
  });

  it('asks for the format where day and month may each come first', async () => {
    const upload = await newUpload([['01/02/2026', '1', 'x']]);
    expect(await patch(upload, 'day', { type: 'date' })).toMatchObject({
      status: 422,
      body: { code: 'format_needed' },
    });
    expect(await patch(upload, 'day', { format: 'MM/DD/YYYY' })).toMatchObject({ status: 200 });
    expect(await valuesOf(upload, 'day')).toEqual(['2026-01-02']);
    expect(await patch(upload, 'day', { format: 'DD/MM/YYYY' })).toMatchObject({ status: 200, body: { type: 'date' } });
    expect(await valuesOf(upload, 'day')).toEqual(['2026-02-01']);
    expect(await patch(upload, 'day', { type: 'text' })).toMatchObject({ body: { type: 'text', format: null } });
    expect(await valuesOf(upload, 'day')).toEqual(['01/02/2026']);
  });

  it('changes the label, not the key', async () => {
    const upload = await newUpload();
    expect(await patch(upload, 'amount', { name: 'Amount (EUR)' })).toMatchObject({
      body: { key: 'amount', name: 'Amount (EUR)', type: 'text' },
    });
    expect((await data(upload, { columns: 'Amount (EUR)' })).metadata.columns).toEqual(['amount']);
    expect(await patch(upload, 'amount', {})).toMatchObject({ status: 200, body: { name: 'Amount (EUR)' } });
  });

  it('makes concurrent changes one on top of the other', async () => {
    const upload = await newUpload();
    const answers = await Promise.all([
      patch(upload, 'amount', { type: 'number' }),
      patch(upload, 'amount', { name: 'A' }),
      patch(upload, 'day', { type: 'date' }),
      patch(upload, 'note', { null_values: ['NA'] }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await call('GET', `${upload.id}/`)).body.columns).toMatchObject([
      { type: 'date' },
      { type: 'number', name: 'A' },
      { null_values: ['NA'] },
    ]);
  });

  it('forgets the indexes and the profile of a big upload, and has the indexes dropped', async () => {
    const rows_table = await newOwnTable(api.db);
    const upload = await newUpload(ROWS, { rows_table });
    await call('GET', `${upload.id}/columns/`);
    await api.db.query(`CREATE INDEX rows_test ON ${rows_table} (row_number)`);
    await api.db.query(
      `INSERT INTO csv_indexes (upload_id, kind, column_key, status, index_name)
       VALUES ($1, 'order_asc', 'amount', 'ready', 'csv_parts.rows_1_order_asc_2_0'), ($1, 'search', '', 'ready', 'csv_parts.rows_1_search_0')`,
      [upload.id],
    );
    expect(await patch(upload, 'amount', { type: 'number' })).toMatchObject({ status: 200 });
    expect(await api.db.query('SELECT kind FROM csv_indexes WHERE upload_id = $1', [upload.id])).toEqual([
      { kind: 'search' },
    ]);
    expect(await api.db.query('SELECT FROM csv_profiles WHERE upload_id = $1', [upload.id])).toEqual([]);
    expect(await api.jobs()).toContainEqual({
      job: 'csv.index-drop',
      payload: { index_name: 'csv_parts.rows_1_order_asc_2_0' },
    });
    expect(await valuesOf(upload, 'amount', { sort_by: 'amount' })).toEqual([-9967.97, -126.83, 12500]);
  });

  it('does not wait for an index that is being built', async () => {
    const upload = await newUpload(ROWS, { rows_table: await newOwnTable(api.db) });
    await api.db.query(
      `INSERT INTO csv_indexes (upload_id, kind, column_key, status) VALUES ($1, 'order_asc', 'amount', 'building')`,
      [upload.id],
    );
    await new Transactions(api.db).run(async ({ manager }) => {
      await manager.query('SELECT FROM csv_indexes WHERE upload_id = $1 FOR UPDATE', [upload.id]);
      expect(await patch(upload, 'amount', { type: 'number' })).toMatchObject({ status: 200 });
    });
  });

  it.each([
    ['name', { name: '' }],
    ['name', { name: 'a\0' }],
    ['name', { name: null }],
    ['type', { type: 'money' }],
    ['format', { type: 'number', format: 'DD.MM.YYYY' }],
    ['format', { format: 'x' }],
    ['format', { type: 'text', format: '1.234,56' }],
    ['null_values', { null_values: 'NA' }],
    ['null_values', { null_values: [''] }],
    ['position', { position: 3 }],
  ])('refuses a wrong %s: %j', async (field, change) => {
    const upload = await newUpload();
    expect(await patch(upload, 'amount', change)).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', errors: [{ pointer: expect.stringContaining(`#/${field}`) }] },
    });
  });

  it('is refused for columns and uploads that are not there or not ready', async () => {
    const upload = await newUpload();
    expect(await patch(upload, 'Amount', { name: 'x' })).toMatchObject({ status: 404 });
    expect(await patch(upload, 'amount', { name: 'x' }, await api.newUser())).toMatchObject({ status: 404 });
    const pending = await newUpload(ROWS, { status: 'processing' });
    expect(await patch(pending, 'amount', { name: 'x' })).toMatchObject({
      status: 409,
      body: { code: 'upload_not_ready' },
    });
  });
});

describe('the warnings of rows', () => {
  it('tell of ranges and orders of texts that look like numbers or days', async () => {
    const upload = await newUpload();
    const codes = async (query: Record<string, string>) =>
      (await data(upload, query)).warnings.map((one: { code: string; column: string }) => [one.code, one.column]);
    expect(await codes({ filters: '{"amount": {"gte": 100}}' })).toEqual([['compared_as_text', 'amount']]);
    expect(await codes({ filters: '{"$not": {"note": {"between": ["1", "2"]}}}' })).toEqual([
      ['compared_as_text', 'note'],
    ]);
    expect(await codes({ sort_by: 'day,-amount,note' })).toEqual([
      ['compared_as_text', 'day'],
      ['compared_as_text', 'amount'],
    ]);
    expect(await codes({})).toEqual([]);
    expect(await codes({ sort_by: 'note', filters: '{"amount": "1", "note": {"gte": "x"}}' })).toEqual([]);
    await patch(upload, 'amount', { type: 'number' });
    expect(await codes({ sort_by: 'amount' })).toEqual([]);
  });

  it('tell of a column that nearly has another type', async () => {
    const [column] = COLUMNS;
    const would_be = { type: 'integer' as const, exceptions: 1, first: { row_id: 1, value: 'n/a' } };
    const upload = await storeUpload(api.db, user, [{ ...column!, would_be }], [['n/a'], ['9'], ['10']]);
    expect((await data(upload, { sort_by: 'day' })).warnings).toMatchObject([
      { code: 'compared_as_text', column: 'day', message: expect.stringContaining('"day"') },
    ]);
  });
});
