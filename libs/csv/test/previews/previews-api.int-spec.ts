import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UploadsApi } from '../uploads/uploads-api.js';

const MIB = 1024 * 1024;
const CSV = 'Prices of October\n\nCity;Unit Price;Code\nParis;12,50;007\nRome;3,20;042\nOslo;9,99;\n';

let api: UploadsApi;
let user: string;
beforeAll(async () => {
  api = await UploadsApi.start({ MAX_UPLOAD_BYTES: String(64 * MIB) });
  user = await api.newUser();
});
afterAll(() => api?.stop());

/** What `fetch` takes as a body here. */
type Body = string | Uint8Array;

/** A preview, or a problem, as JSON. */
// biome-ignore lint/suspicious/noExplicitAny: each test looks at a part of it
const jsonOf = async (response: Response): Promise<any> => response.json();

const send = (body: Body, { query = '', type = 'text/csv', headers = {} } = {}) =>
  fetch(`${api.base}/api/v1/csv-data/previews/${query && `?${query}`}`, {
    method: 'POST',
    headers: { 'x-user': user, 'content-type': type, ...headers },
    body: body as string,
  });

const asForm = (content: string | Uint8Array) => {
  const form = new FormData();
  form.append('file', new File([content as Uint8Array<ArrayBuffer>], 'prices.csv'));
  return fetch(`${api.base}/api/v1/csv-data/previews/`, { method: 'POST', headers: { 'x-user': user }, body: form });
};

const nothing = { stored: 0, drafts: 0, uploads: 0, jobs: 0 };

describe('POST previews/', () => {
  it('shows how a file is read, and stores nothing', async () => {
    const response = await send(CSV);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect(await jsonOf(response)).toMatchObject({
      dialect: { delimiter: ';', decimal: ',', has_header: true, preamble_lines: 2, trim: false, comment: '' },
      columns: [
        { key: 'city', name: 'City', type: 'text', position: 1 },
        { key: 'unit_price', name: 'Unit Price', type: 'number', position: 2 },
        { key: 'code', name: 'Code', type: 'text', position: 3 },
      ],
      rows: [
        { row_id: 1, data: { city: 'Paris', unit_price: 12.5, code: '007' } },
        { row_id: 2, data: { city: 'Rome', unit_price: 3.2, code: '042' } },
        { row_id: 3, data: { city: 'Oslo', unit_price: 9.99, code: null } },
      ],
      preamble: ['Prices of October', ''],
      footer: [],
      is_whole_file: true,
    });
    expect(await api.traces(user)).toEqual(nothing);
  });

  it('takes the bodies of an upload: a part, the file itself, gzip', async () => {
    const plain = await jsonOf(await send(CSV));
    expect(await jsonOf(await asForm(CSV))).toEqual(plain);
    expect(await jsonOf(await send(gzipSync(CSV), { type: 'application/octet-stream' }))).toEqual(plain);
    expect(await jsonOf(await send(gzipSync(CSV), { headers: { 'content-encoding': 'gzip' } }))).toEqual(plain);
    expect(await jsonOf(await send(Buffer.from(CSV, 'utf16le'), { query: 'encoding=utf-16le' }))).toMatchObject({
      columns: plain.columns,
      rows: plain.rows,
    });
  });

  it('takes the options of an upload', async () => {
    const query = new URLSearchParams({ skip: '2', header: 'true', names: 'a,b,c', decimal: ',', skip_footer: '1' });
    expect(await jsonOf(await send(CSV, { query: String(query) }))).toMatchObject({
      columns: [{ key: 'a' }, { key: 'b', type: 'number' }, { key: 'c' }],
      rows: [{ data: { a: 'Paris' } }, { data: { a: 'Rome' } }],
      errors: [{ code: 'rows_skipped_by_option', count: 1, first_line: 6 }],
    });
  });

  it('lists other dialects, most likely first', async () => {
    const { dialect, alternatives } = await jsonOf(await send('a;b,c\n1;2,3\n4;5,6\n'));
    const confidences: number[] = alternatives.map(({ confidence }: { confidence: number }) => confidence);
    expect(confidences.length).toBeGreaterThan(1);
    expect(confidences).toEqual([...confidences].sort((a, b) => b - a));
    expect(alternatives.map((one: typeof dialect) => one.dialect.delimiter)).toContain(
      dialect.delimiter === ',' ? ';' : ',',
    );
  });

  it('lists other encodings where the encoding is a guess', async () => {
    const guess = Buffer.from('name;n\n\xe5\xf0;1\n', 'latin1');
    const { dialect, alternatives, errors } = await jsonOf(await send(guess));
    const encodings = alternatives.map((one: { dialect: typeof dialect }) => one.dialect.encoding);
    expect(encodings.some((encoding: string) => encoding !== dialect.encoding)).toBe(true);
    expect(errors.length).toBeGreaterThan(0);
  });

  it.each([
    [
      'a picture',
      Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(70_000)]),
      '',
      422,
      'csv_not_text',
    ],
    ['JSON', '{"a": 1}', '', 422, 'csv_not_text'],
    ['an empty file', '', '', 422, 'csv_empty'],
    ['blank lines', '\n\n', '', 422, 'csv_empty'],
    ['names that do not fit', 'a,b\n1,2\n', 'names=a', 422, 'names_do_not_fit'],
    ['lines skipped past the end', 'a,b\n1,2\n', 'skip=9', 422, 'csv_no_columns'],
    ['an unknown option', CSV, 'delimter=tab', 400, 'unknown_option'],
    ['a faulty option', CSV, 'skip=many', 400, 'validation_failed'],
    ['a broken gzip stream', gzipSync(CSV).subarray(0, 40), '', 422, 'gzip_malformed'],
  ])('refuses what an upload refuses: %s', async (_, body, query, status, code) => {
    const response = await send(body, { query });
    expect(await jsonOf(response)).toMatchObject({ status, code });
    const upload = await fetch(`${api.base}/api/v1/csv-data/uploads/?${query}`, {
      method: 'POST',
      headers: { 'x-user': user, 'content-type': 'text/csv' },
      body: body as string,
    });
    expect(await jsonOf(upload)).toMatchObject({ status, code });
  });

  it('says why an upload would fail', async () => {
    const wide = await jsonOf(await send(`${'a,'.repeat(2_500)}a\n${'1,'.repeat(2_500)}1\n`));
    expect(wide).toMatchObject({ rows: [], columns: [], errors: [{ code: 'too_many_columns' }] });
    const wider = `a,b\n${'1,2\n'.repeat(9)}1,2,3\n`;
    const { rows, errors } = await jsonOf(await send(wider, { query: 'max_rejects=0' }));
    expect([rows, errors[0].code]).toEqual([[], 'too_many_rejects']);
  });

  it('reads the first MiB of a long file, lets the client send the rest, and keeps the connection', async () => {
    const row = 'Oslo,2024-01-02,1.5,"a, b\nc"\n';
    const body = Buffer.from(`city,day,price,note\n${row.repeat((20 * MIB) / row.length)}`);
    for (const response of [
      await send(body),
      await send(gzipSync(body), { type: 'application/octet-stream' }),
      await asForm(body),
    ]) {
      expect(response.status).toBe(200);
      const preview = await jsonOf(response);
      expect(preview).toMatchObject({
        is_whole_file: false,
        errors: [],
        footer: [],
        columns: [{}, { type: 'date' }, { type: 'number' }, {}],
      });
      expect(preview.rows).toHaveLength(20);
    }
    expect((await send(CSV)).status).toBe(200);
    expect(await api.traces(user)).toEqual(nothing);
  }, 60_000);

  it('does not take half of a character, at its end, for another encoding', async () => {
    const body = `name,n\n${'é,1\n'.repeat(300_000)}`;
    for (const shift of ['', 'x', 'xy']) {
      const { dialect } = await jsonOf(await send(`${shift}${body}`));
      expect(dialect.encoding).toBe('utf-8');
    }
  });

  it('leaves the event loop free, and answers many at once', async () => {
    const body = `id,name,price\n${Array.from({ length: 30_000 }, (_, i) => `${i},"Person ${i}",${i}.5`).join('\n')}\n`;
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const answers = await Promise.all(Array.from({ length: 6 }, async () => jsonOf(await send(body))));
    clearInterval(timer);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    // In this process a preview of 1 MiB would hold up every tick.
    expect(ticks).toBeGreaterThan(20);
  }, 60_000);
});
