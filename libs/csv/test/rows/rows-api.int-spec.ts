import { gunzipSync } from 'node:zlib';
import { newId, Transactions } from '@app/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../../../../scripts/processes/wait-until.js';
import { ProfileService } from '../../src/rows/profile/profile.service.js';
import type { CsvUpload } from '../../src/uploads/upload.entity.js';
import { UploadsApi } from '../uploads/uploads-api.js';
import { newColumns, storeMadeUpload, storeUpload } from './store-upload.js';

// Real: the csv part of the api over HTTP, PostgreSQL, Redis. Fake: the guard (X-User names the user).

const TIMEOUT_MS = 1_500;
let api: UploadsApi;
let user: string;
let upload: CsvUpload;
beforeAll(async () => {
  api = await UploadsApi.start({ ROWS_QUERY_TIMEOUT_MS: String(TIMEOUT_MS) });
  user = await api.newUser();
  const columns = newColumns({ city: 'text', price: 'number', gift: 'boolean', day: 'date', zip: 'text' });
  upload = await storeUpload(api.db, user, columns, [
    ['Paris', '12.50', 'TRUE', '2024-01-01', '00750'],
    ['Rome', '3', 'false', '2024-01-02', null],
    ['Oslo', null, null, null, '12345678901234567890'],
    ['paris', '7.25', 'true', '2024-01-04', 'say "é"\n'],
  ]);
});
afterAll(() => api.stop());

interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests check
  body: any;
}

const get = async (path: string, headers: Record<string, string> = {}, as = user): Promise<Answer> => {
  const response = await api.call(as, 'GET', path, { headers });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
};
const rows = (query: Record<string, string> = {}, headers?: Record<string, string>) =>
  get(`${upload.id}/data/?${new URLSearchParams(query)}`, headers);
const ids = async (query: Record<string, string>) =>
  (await rows(query)).body.data.map((row: { row_id: number }) => row.row_id);

describe('GET data/', () => {
  it('returns the complete shape of the contract', async () => {
    const { status, headers, body } = await rows();
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(body).toEqual({
      upload_id: upload.id,
      original_filename: 'test.csv',
      upload_status: 'completed',
      data: [
        { row_id: 1, data: { city: 'Paris', price: 12.5, gift: true, day: '2024-01-01', zip: '00750' } },
        { row_id: 2, data: { city: 'Rome', price: 3, gift: false, day: '2024-01-02', zip: null } },
        { row_id: 3, data: { city: 'Oslo', price: null, gift: null, day: null, zip: '12345678901234567890' } },
        { row_id: 4, data: { city: 'paris', price: 7.25, gift: true, day: '2024-01-04', zip: 'say "é"\n' } },
      ],
      warnings: [],
      pagination: {
        page: 1,
        page_size: 100,
        total_count: 4,
        total_count_is_estimate: false,
        total_pages: 1,
        has_next: false,
        has_prev: false,
        next_page: null,
        prev_page: null,
        next_cursor: null,
      },
      metadata: {
        available_columns: ['city', 'price', 'gift', 'day', 'zip'],
        columns: ['city', 'price', 'gift', 'day', 'zip'],
        search: null,
        search_query: null,
        sort_by: 'id',
        sort_order: 'asc',
        filters: {},
        applied_filters: {},
      },
      performance: { response_time_ms: expect.any(Number), cached: false, index: 'used' },
    });
  });

  it('reports the request in metadata and returns the requested columns in file order', async () => {
    const filters = '{ "price": {"gt": 5},\n "zip": {"ne": 12345678901234567890} }';
    const { body } = await rows({
      filters,
      search: 'A',
      sort_by: '-price',
      sort_order: 'DESC',
      columns: 'price,city',
      page_size: '1',
    });
    expect(body.data).toEqual([{ row_id: 1, data: { city: 'Paris', price: 12.5 } }]);
    expect(body.metadata).toEqual({
      available_columns: ['city', 'price', 'gift', 'day', 'zip'],
      columns: ['city', 'price'],
      search: 'A',
      search_query: 'A',
      sort_by: '-price',
      sort_order: 'desc',
      filters: JSON.parse(filters),
      applied_filters: JSON.parse(filters),
    });
    expect(body.performance.index).toBe('none');
  });

  it('takes groups of conditions, and shows them as they were sent', async () => {
    const filters =
      '{"$or": [{"city": {"not_contains": "R"}}, {"$not": {"price": {"gt": 5}}}], "zip": {"not_in": ["x"]}}';
    const { body } = await rows({ filters });
    expect(body.data.map((row: { row_id: number }) => row.row_id)).toEqual([3]);
    expect(body.metadata.applied_filters).toEqual(JSON.parse(filters));
    expect(await ids({ filters: '{"$not": {"gift": true}}' })).toEqual([2, 3]);
    expect(await ids({ filters: '{"gift": {"ne": true}}' })).toEqual([2]);
    expect(await ids({ filters: '{"$or": [{"city": "Oslo"}, {"gift": true, "price": {"lt": 10}}]}' })).toEqual([3, 4]);
  });

  it('points to what is wrong in filters, and names what was probably meant', async () => {
    const { status, body } = await rows({ filters: '{"$or": [{"city": "Paris"}, {"price": {"gtee": 5}}]}' });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'unknown_operator',
      detail: 'The filter on "price" uses the operator "gtee", which does not exist. Did you mean "gte"?',
      operator: 'gtee',
      column: 'price',
      known_operators: expect.arrayContaining(['gte', 'not_in']),
      nearest: 'gte',
      errors: [{ pointer: '#/filters/$or/1/price/gtee', detail: 'is not an operator' }],
    });
  });

  it('returns exact texts with values=text', async () => {
    const { body } = await rows({ values: 'text', filters: '{"price": 12.5}' });
    expect(body.data[0].data).toEqual({ city: 'Paris', price: '12.50', gift: 'TRUE', day: '2024-01-01', zip: '00750' });
  });

  it('pages by number and by cursor', async () => {
    const first = (await rows({ page_size: '3', sort_by: 'city' })).body;
    expect(first.pagination).toMatchObject({ has_next: true, next_page: 2, total_pages: 2, has_prev: false });
    const second = (await rows({ page_size: '3', sort_by: 'city', page: '2' })).body;
    expect(second.pagination).toMatchObject({
      page: 2,
      has_next: false,
      next_page: null,
      prev_page: 1,
      next_cursor: null,
    });
    const behind = (await rows({ page_size: '3', sort_by: 'city', cursor: first.pagination.next_cursor })).body;
    expect(behind.data).toEqual(second.data);
    expect(behind.pagination).toMatchObject({ page: null, has_prev: true, total_count: 4 });
  });

  it('matches text in any letter case and numbers by value', async () => {
    expect(await ids({ filters: '{"city": {"starts_with": "PAR"}}' })).toEqual([1, 4]);
    expect(await ids({ filters: '{"price": {"between": [3, 7.25]}}' })).toEqual([2, 4]);
    expect(await ids({ filters: '{"zip": 12345678901234567890}' })).toEqual([3]);
    expect(await ids({ search: 'É' })).toEqual([4]);
    expect(await ids({ search: 'price' })).toEqual([]);
    expect(await ids({ sort_by: 'price', sort_order: 'desc' })).toEqual([1, 4, 2, 3]);
  });

  it('skips the count with count=none', async () => {
    const { pagination } = (await rows({ count: 'none', page_size: '2' })).body;
    expect(pagination).toMatchObject({
      total_count: null,
      total_pages: null,
      has_next: true,
      total_count_is_estimate: false,
    });
  });

  it('returns an empty first page without matches, and rejects later pages', async () => {
    const nothing = await rows({ search: 'nothing' });
    expect(nothing.body).toMatchObject({ data: [], pagination: { total_count: 0, total_pages: 0, has_next: false } });
    expect(await rows({ search: 'nothing', page: '2' })).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', errors: [{ pointer: '#/page' }] },
    });
    expect(await rows({ page: '2' })).toMatchObject({ status: 400 });
  });

  it.each([
    ['unknown_column', { filters: '{"town": 1}' }],
    ['unknown_operator', { filters: '{"city": {"like": "x"}}' }],
    ['invalid_filter_value', { filters: '{"price": "cheap"}' }],
    ['validation_failed', { filters: '{' }],
    ['validation_failed', { page: '1', cursor: 'x' }],
    ['validation_failed', { page_size: '1000' }],
    ['invalid_cursor', { cursor: 'x' }],
  ])('rejects with 400 %s: %j', async (code, query) => {
    const { status, headers, body } = await rows(query as Record<string, string>);
    expect([status, body.code, headers.get('content-type')]).toEqual([
      400,
      code,
      'application/problem+json; charset=utf-8',
    ]);
  });

  it('warns about parameters that it does not know, also from the cache, and answers as without them', async () => {
    const query = { fitler: '{"city": "Paris"}', limit: '1', sort_by: 'price' };
    const plain = await rows({ sort_by: 'price' });
    for (const cached of [false, true]) {
      const { status, body } = await rows(query);
      expect([status, body.performance.cached]).toEqual([200, cached]);
      expect(body.data).toEqual(plain.body.data);
      expect(body.warnings).toMatchObject([
        {
          code: 'unknown_parameter',
          parameter: 'fitler',
          nearest: 'filters',
          message: expect.stringContaining('fitler'),
        },
        { code: 'unknown_parameter', parameter: 'limit', nearest: 'page_size' },
      ]);
    }
    expect((await rows({ sort_by: 'price', nocache: 'true' })).body.warnings).toEqual([]);
    expect((await rows({ skip: '5' })).body.warnings).toMatchObject([{ parameter: 'skip', nearest: 'page' }]);
    expect((await rows()).body.warnings).toEqual([]);
  });

  it('rejects a repeated parameter', async () => {
    expect(await get(`${upload.id}/data/?page=1&page=2`)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '#/page' }] },
    });
  });

  it("answers 404 for another user's upload and for an unknown one", async () => {
    const other = await api.newUser();
    for (const path of ['data', 'export', 'columns']) {
      expect(await get(`${upload.id}/${path}/`, {}, other)).toMatchObject({ status: 404, body: { code: 'not_found' } });
      expect(await get(`${newId()}/${path}/`)).toMatchObject({ status: 404 });
      expect(await get(`nonsense/${path}/`)).toMatchObject({ status: 404 });
    }
  });

  it('answers 409 before the upload is completed', async () => {
    const pending = await storeUpload(api.db, user, upload.columns, [], { status: 'processing' });
    for (const path of ['data', 'export', 'columns'])
      expect(await get(`${pending.id}/${path}/`)).toMatchObject({
        status: 409,
        body: { code: 'upload_not_ready', upload_status: 'processing' },
      });
  });

  it('caches a response, reports it, and bypasses the cache on request', async () => {
    const query = { sort_by: 'day' };
    const first = await rows(query);
    const again = await rows(query);
    const fresh = await rows({ ...query, nocache: 'true' });
    expect([first, again, fresh].map(({ headers }) => headers.get('x-cache'))).toEqual(['MISS', 'HIT', 'BYPASS']);
    expect([first, again, fresh].map(({ body }) => body.performance.cached)).toEqual([false, true, false]);
    expect(again.body.data).toEqual(first.body.data);
  });

  it('has a weak ETag that does not depend on the cache, and answers it with 304', async () => {
    const etags = [await rows(), await rows(), await rows({ nocache: 'true' })].map(({ headers }) =>
      headers.get('etag'),
    );
    expect(new Set(etags).size).toBe(1);
    expect(etags[0]).toMatch(/^W\/"/);
    const same = await rows({}, { 'if-none-match': etags[0]! });
    expect([same.status, same.body]).toEqual([304, null]);
    expect((await rows({ page_size: '2' })).headers.get('etag')).not.toBe(etags[0]);
  });

  it('answers 404 at once when the upload is deleted', async () => {
    const doomed = await storeUpload(api.db, user, newColumns({ a: 'text' }), [['x']]);
    expect((await get(`${doomed.id}/data/`)).status).toBe(200);
    expect((await get(`${doomed.id}/columns/`)).status).toBe(200);
    expect((await api.call(user, 'DELETE', `${doomed.id}/`)).status).toBe(204);
    expect((await get(`${doomed.id}/data/`)).status).toBe(404);
    expect((await get(`${doomed.id}/data/?nocache=true`)).status).toBe(404);
    expect((await get(`${doomed.id}/data/?page=0&nocache=true`)).status).toBe(404);
    expect((await get(`${doomed.id}/columns/`)).status).toBe(404);
  });

  it('reads pages of rows that are empty, and of rows too long to be joined to others', async () => {
    const long = 'x'.repeat(100_000);
    const cells = [null, 'a', null, long, 'b', null];
    const made = await storeUpload(
      api.db,
      user,
      newColumns({ a: 'text' }),
      cells.map((cell) => [cell]),
    );
    const page = async (query: string) =>
      (await get(`${made.id}/data/?nocache=true&${query}`)).body.data.map(
        (row: { row_id: number; data: { a: string | null } }) => [row.row_id, row.data.a],
      );
    // The first request reads the upload, the second one knows it.
    for (let time = 0; time < 2; time++) {
      expect(await page('page_size=3')).toEqual([
        [1, null],
        [2, 'a'],
        [3, null],
      ]);
      expect(await page('page_size=1')).toEqual([[1, null]]);
      expect(await page('page_size=3&page=2')).toEqual([
        [4, long],
        [5, 'b'],
        [6, null],
      ]);
      expect(await page('page_size=2&sort_order=desc')).toEqual([
        [6, null],
        [5, 'b'],
      ]);
    }
  });

  it('refuses a page whose rows are too long together, before it reads them', async () => {
    // Compressed in the table; what counts is the length of the text.
    const made = await storeMadeUpload(api.db, user, newColumns({ n: 'integer', a: 'text' }), 40, [
      'n',
      `repeat('x', 1000000)`,
    ]);
    for (const query of ['page_size=40', 'page_size=40&filters={"n":{"gte":1}}']) {
      const { status, body } = await get(`${made.id}/data/?nocache=true&${query}`);
      expect(body).toMatchObject({ status: 400, code: 'page_too_large', limit_bytes: 33_554_432 });
      expect(status).toBe(400);
    }
    const { status, body } = await get(`${made.id}/data/?nocache=true&page_size=3&page=2`);
    expect([status, body.data.length]).toEqual([200, 3]);
  });
});

/** An upload with its own table, whose rows cannot be read while the lock is held. */
async function lockedUpload(): Promise<{ upload: CsvUpload; unlock: () => Promise<void> }> {
  const upload = await storeMadeUpload(api.db, user, newColumns({ a: 'text' }), 10, [`'x' || n`]);
  const runner = api.db.createQueryRunner();
  await runner.startTransaction();
  await runner.query(`LOCK TABLE ${upload.rows_table} IN ACCESS EXCLUSIVE MODE`);
  return {
    upload,
    unlock: async () => {
      await runner.rollbackTransaction();
      await runner.release();
    },
  };
}

describe('a query that takes too long', () => {
  it('is stopped with 503 and a Retry-After', async () => {
    const { upload: locked, unlock } = await lockedUpload();
    const startedAt = performance.now();
    const answer = await get(`${locked.id}/data/?search=xyz`);
    expect(performance.now() - startedAt).toBeLessThan(TIMEOUT_MS * 2);
    expect(answer).toMatchObject({ status: 503, body: { code: 'query_timeout' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    await unlock();
    expect((await get(`${locked.id}/data/?search=x1`)).status).toBe(200);
  });

  it('is cancelled on the server when its client disconnects', async () => {
    const { upload: locked, unlock } = await lockedUpload();
    const waiting = () =>
      api.db.query(`SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE $1`, [
        `%${locked.rows_table.split('.')[1]}%`,
      ]);
    const controller = new AbortController();
    const asked = api
      .call(user, 'GET', `${locked.id}/data/`, { signal: controller.signal })
      .catch((error) => error.name);
    await waitUntil(async () => (await waiting()).length > 0 || undefined, {
      timeoutMs: 1_000,
      onTimeout: () => new Error('never waited'),
    });
    controller.abort();
    expect(await asked).toBe('AbortError');
    await waitUntil(async () => (await waiting()).length === 0 || undefined, {
      timeoutMs: 700,
      onTimeout: () => new Error('still waiting'),
    });
    await unlock();
  });
});

describe('GET export/', () => {
  const exported = (query: Record<string, string>, headers: Record<string, string> = {}) =>
    api.call(user, 'GET', `${upload.id}/export/?${new URLSearchParams(query)}`, {
      headers: { 'accept-encoding': 'identity', ...headers },
    });

  it('streams CSV under the original name', async () => {
    const named = await storeUpload(api.db, user, newColumns({ a: 'text' }), [['x']], {
      original_filename: 'Été "1".CSV',
    });
    const response = await api.call(user, 'GET', `${named.id}/export/`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="E_te_ _1_.csv"; filename*=UTF-8''%C3%89t%C3%A9%20%221%22.csv`,
    );
    expect(await response.text()).toBe('a\r\nx\r\n');
  });

  it('takes the filters, search, sort and columns of data', async () => {
    const response = await exported({ search: 'paris', sort_by: 'price', columns: 'price,city' });
    expect(await response.text()).toBe('city,price\r\nparis,7.25\r\nParis,12.50\r\n');
    const grouped = await exported({
      filters: '{"$not": {"$or": [{"gift": true}, {"city": "Rome"}]}}',
      columns: 'city',
    });
    expect(await grouped.text()).toBe('city\r\nOslo\r\n');
  });

  it('writes one JSON object per line', async () => {
    const response = await exported({ format: 'ndjson', filters: '{"price": 12.5}' });
    expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    expect(await response.text()).toBe('{"city":"Paris","price":12.50,"gift":true,"day":"2024-01-01","zip":"00750"}\n');
  });

  it('compresses for clients that accept gzip', async () => {
    const plain = await (await exported({})).text();
    const raw = await new Promise<Buffer>((resolve, reject) => {
      void api.connect().then((socket) => {
        const chunks: Buffer[] = [];
        socket
          .on('data', (chunk) => chunks.push(chunk))
          .on('end', () => resolve(Buffer.concat(chunks)))
          .on('error', reject);
        socket.write(
          `GET /api/v1/csv-data/uploads/${upload.id}/export/ HTTP/1.0\r\nx-user: ${user}\r\naccept-encoding: gzip\r\n\r\n`,
        );
      });
    });
    const body = raw.indexOf('\r\n\r\n') + 4;
    expect(raw.subarray(0, body).toString().toLowerCase()).toContain('content-encoding: gzip');
    expect(gunzipSync(raw.subarray(body)).toString()).toBe(plain);
  });

  it.each([
    [{ format: 'xlsx' }, '#/format'],
    [{ escape_formulas: 'yes' }, '#/escape_formulas'],
    [{ values: 'raw' }, '#/values'],
  ])('rejects %j and names the parameter', async (query, pointer) => {
    const response = await exported(query as Record<string, string>);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ pointer }] });
  });

  it('closes the connection when the rows are deleted during the export', async () => {
    const big = await storeMadeUpload(api.db, user, newColumns({ a: 'text' }), 60_000, ['repeat(md5(n::text), 30)']);
    const response = await api.call(user, 'GET', `${big.id}/export/`, { headers: { 'accept-encoding': 'identity' } });
    const reader = response.body!.getReader();
    await reader.read();
    await api.db.query(`DROP TABLE ${big.rows_table}`);
    const readOn = async () => {
      while (!(await reader.read()).done);
    };
    await expect(readOn()).rejects.toThrow('terminated');
  });
});

describe('GET columns/', () => {
  it('profiles the columns of a small upload at once', async () => {
    const { status, body, headers } = await get(`${upload.id}/columns/`);
    expect([status, headers.get('x-cache')]).toEqual([200, 'MISS']);
    expect(body).toMatchObject({ upload_id: upload.id, profile: 'ready', rows: 4 });
    expect(body.columns[1]).toMatchObject({
      key: 'price',
      name: 'price',
      type: 'number',
      position: 2,
      filled: 3,
      empty: 1,
      distinct: 3,
      min: 3,
      max: 12.5,
    });
    expect((await get(`${upload.id}/columns/`)).headers.get('x-cache')).toBe('HIT');
  });

  it('adds one job for a big upload, and reports it as building', async () => {
    const big = await storeMadeUpload(api.db, user, newColumns({ a: 'text' }), 10, [`'x'`]);
    const answers = await Promise.all([1, 2, 3].map(() => get(`${big.id}/columns/?nocache=true`)));
    expect(answers.map(({ body }) => body.profile)).toEqual(['building', 'building', 'building']);
    expect(answers[0]!.body.columns[0]).toMatchObject({ key: 'a', filled: null, top_values: null });
    const jobs = async () =>
      (await api.jobs()).filter(({ job, payload }) => job === 'csv.profile' && payload.upload_id === big.id);
    expect(await jobs()).toHaveLength(1);

    // After its last attempt has failed, the next request adds a new job.
    await api.app.get(Transactions).run((tx) => api.app.get(ProfileService).giveUp(tx, big.id));
    await get(`${big.id}/columns/?nocache=true`);
    expect(await jobs()).toHaveLength(2);
  });
});

describe('an index that queries need', () => {
  it('is requested once by concurrent queries', async () => {
    const big = await storeMadeUpload(api.db, user, newColumns({ a: 'text', b: 'integer' }), 50, [`'x' || n`, 'n']);
    const asked = `${big.id}/data/?nocache=true&sort_by=-b&filters=${encodeURIComponent('{"a":"x7"}')}`;
    const answers = await Promise.all(Array.from({ length: 8 }, () => get(asked)));
    for (const { body } of answers) {
      expect(body.data.map((row: { row_id: number }) => row.row_id)).toEqual([7]);
      expect(body.performance.index).toBe('building');
    }
    const jobs = (await api.jobs()).filter(({ job, payload }) => job === 'csv.index' && payload.upload_id === big.id);
    expect(jobs.map(({ payload }) => `${payload.kind} ${payload.column_key}`).sort()).toEqual([
      'order_asc a',
      'order_desc b',
    ]);
  });
});

it('uses the decimal comma of its column', async () => {
  const comma = await storeUpload(api.db, user, newColumns({ a: { type: 'number', format: '1234,56' } }), [
    ['1,5'],
    ['10'],
    ['2,25'],
  ]);
  const { body } = await get(`${comma.id}/data/?sort_by=-a&filters=${encodeURIComponent('{"a":{"gt":"1,5"}}')}`);
  expect(body.data.map((row: { data: unknown }) => row.data)).toEqual([{ a: 10 }, { a: 2.25 }]);
});
