import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RejectPageDto } from '../../src/uploads/dto/reject.dto.js';
import type { UploadDto } from '../../src/uploads/dto/upload.dto.js';
import { UploadsApi } from './uploads-api.js';

// Real: HTTP over a socket, PostgreSQL, Redis, the disk. Fake: the identity of the caller, and the worker that stored the rejects.

let api: UploadsApi;
let user: string;
let id: string;

beforeAll(async () => {
  api = await UploadsApi.start();
});
afterAll(() => api.stop());
beforeEach(async () => {
  user = await api.newUser();
  id = ((await (await api.post(user, 'a,b\n', { name: 'Verkäufe.csv' })).json()) as UploadDto).id;
});

const DIALECT = {
  delimiter: ';',
  quote: '"',
  escape: '"',
  encoding: 'windows-1252',
  newline: 'crlf',
  has_header: true,
  preamble_lines: 2,
  decimal: '.',
  confidence: 1,
};
const finish = (dialect: object | null = DIALECT) =>
  api.db.query(`UPDATE csv_uploads SET status = 'completed', dialect = $2, columns = $3 WHERE id = $1`, [
    id,
    dialect && JSON.stringify(dialect),
    JSON.stringify(['Größe', 'a;b'].map((name, at) => ({ key: `k${at}`, name, type: 'text', position: at + 1 }))),
  ]);
const keep = (record: number, raw: string | Buffer, truncated = false) =>
  api.db.query(`INSERT INTO csv_rejects VALUES ($1, $2, $3, $4, 'record_too_long', 'Too long.', $5, $6)`, [
    id,
    record,
    record + 10,
    record * 100,
    Buffer.from(raw),
    truncated,
  ]);
const page = async (query = '') => {
  const answer = await api.call(user, 'GET', `${id}/rejects/${query}`);
  expect(answer.status).toBe(200);
  return { answer, body: (await answer.json()) as RejectPageDto };
};

describe('rejects', () => {
  it('are listed in file order with position, reason and text', async () => {
    await keep(9, 'é;"x\ny";z');
    await keep(3, 'a\0b');
    const { body } = await page();
    expect(body).toEqual({
      count: 2,
      next: null,
      previous: null,
      results: [
        {
          record_number: 3,
          line_number: 13,
          byte_offset: 300,
          code: 'record_too_long',
          message: 'Too long.',
          raw: 'a\0b',
          raw_truncated: false,
        },
        expect.objectContaining({ record_number: 9, raw: 'é;"x\ny";z' }),
      ],
    });
  });

  it('include their bytes if text would lose some', async () => {
    const bytes = Buffer.from('Z\xfcrich', 'latin1');
    await keep(1, bytes, true);
    const [reject] = (await page()).body.results;
    expect(reject).toMatchObject({ raw: 'Z\ufffdrich', raw_base64: bytes.toString('base64'), raw_truncated: true });
  });

  it('are read in the encoding of the file, and give its bytes only where the text would lose some', async () => {
    await finish();
    await keep(1, Buffer.from('Z\xfcrich;x;y', 'latin1'));
    await keep(2, Buffer.from('Zo\xeb;K\x81ln', 'latin1'));
    const [first, second] = (await page()).body.results;
    expect(first).toMatchObject({ raw: 'Zürich;x;y' });
    expect(first).not.toHaveProperty('raw_base64');
    expect(second).toMatchObject({ raw: 'Zoë;K\ufffdln', raw_base64: 'Wm/rO0uBbG4=' });
  });

  it('are paged', async () => {
    for (let record = 1; record <= 5; record++) await keep(record, 'x');
    const { answer, body } = await page('?page=2&page_size=2');
    expect(body.count).toBe(5);
    expect(body.results.map(({ record_number }) => record_number)).toEqual([3, 4]);
    expect(answer.headers.get('link')).toContain('rel="next"');
    expect((await api.call(user, 'GET', `${id}/rejects/?page=4&page_size=2`)).status).toBe(400);
  });

  it('with ?format=csv are a file of the header and the original records', async () => {
    await finish();
    await keep(2, '2;"b');
    await keep(1, Buffer.from('1;Z\xfcrich;x', 'latin1'));
    const answer = await api.call(user, 'GET', `${id}/rejects/?format=csv`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=windows-1252; header=present');
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="Verk_ufe.rejects.csv"; filename*=UTF-8''Verk%C3%A4ufe.rejects.csv`,
    );
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(
      Buffer.from('Größe;"a;b"\r\n1;Z\xfcrich;x\r\n2;"b\r\n', 'latin1'),
    );
  });

  it('are left out of the file if they are truncated, as they might pass when uploaded again', async () => {
    await finish();
    await keep(1, '1;Rome;x');
    await keep(2, `2;${'x'.repeat(65_534)}`, true);
    const answer = await api.call(user, 'GET', `${id}/rejects/?format=csv`);
    expect(answer.headers.get('x-rejects-left-out')).toBe('1');
    expect(Buffer.from(await answer.arrayBuffer()).toString('latin1')).toBe('Größe;"a;b"\r\n1;Rome;x\r\n');
  });

  it('are in the file up to the first gap between batches while the upload is being read', async () => {
    await api.db.query(`UPDATE csv_uploads SET status = 'processing', started_at = now() WHERE id = $1`, [id]);
    const batch = (number: number, byteEnd: number) =>
      api.db.query(
        `INSERT INTO csv_batches (upload_id, batch_no, byte_end, text_end, line_end, record_end, row_end, row_count, reject_count,
                                  column_types) VALUES ($1, $2, $3, $3, 1, 1, 0, 0, 1, '{}')`,
        [id, number, byteEnd],
      );
    await batch(0, 50);
    await batch(1, 150);
    await batch(3, 350);
    await keep(1, 'first');
    await keep(3, 'third');
    expect(await (await api.call(user, 'GET', `${id}/rejects/?format=csv`)).text()).toBe('first\n');
  });

  it('have an ETag and return 304 if it matches', async () => {
    await keep(1, 'x');
    const etag = (await page()).answer.headers.get('etag')!;
    const again = await api.call(user, 'GET', `${id}/rejects/`, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it('are a file without a header if the original had none', async () => {
    await finish({ ...DIALECT, has_header: false });
    await keep(1, '1;2;3');
    const answer = await api.call(user, 'GET', `${id}/rejects/?format=csv`);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=windows-1252; header=absent');
    expect(await answer.text()).toBe('1;2;3\r\n');
  });

  it('are an empty list, and a file of only the header, if no record was rejected', async () => {
    await finish();
    expect((await page()).body).toEqual({ count: 0, next: null, previous: null, results: [] });
    const file = await (await api.call(user, 'GET', `${id}/rejects/?format=csv`)).arrayBuffer();
    expect(Buffer.from(file).toString('latin1')).toBe('Größe;"a;b"\r\n');
  });

  it('are streamed, however many and however long they are', async () => {
    await finish(null);
    await api.db.query(
      `INSERT INTO csv_rejects SELECT $1, n, n, n, 'c', 'm', convert_to(n || repeat('x', 50000), 'UTF8') FROM generate_series(1, 1234) n`,
      [id],
    );
    const answer = await api.call(user, 'GET', `${id}/rejects/?format=csv`);
    const digest = createHash('sha256');
    for await (const chunk of answer.body!) digest.update(chunk);
    const expected = createHash('sha256');
    for (let n = 1; n <= 1234; n++) expected.update(`${n}${'x'.repeat(50_000)}\n`);
    expect(digest.digest('hex')).toBe(expected.digest('hex'));
  });

  it('break the connection if they cannot be read to the end', async () => {
    await finish(null);
    await api.db.query(
      `INSERT INTO csv_rejects SELECT $1, n, n, n, 'c', 'm', convert_to(repeat('x', 60000), 'UTF8') FROM generate_series(1, 600) n`,
      [id],
    );
    const answer = await api.call(user, 'GET', `${id}/rejects/?format=csv`);
    await api.db.query('ALTER TABLE csv_rejects RENAME TO gone');
    await expect(answer.text()).rejects.toThrow();
    await api.db.query('ALTER TABLE gone RENAME TO csv_rejects');

    const another = await api.call(user, 'GET', `${id}/rejects/?format=csv`);
    await api.db.query('DELETE FROM csv_rejects WHERE upload_id = $1', [id]);
    await expect(another.text()).rejects.toThrow();
  });

  it('are 404 to another user, and 400 in an unknown format', async () => {
    const stranger = await api.newUser();
    expect((await api.call(stranger, 'GET', `${id}/rejects/`)).status).toBe(404);
    expect((await api.call(stranger, 'GET', `${id}/rejects/?format=csv`)).status).toBe(404);
    expect((await api.call(user, 'GET', `${id}/rejects/?format=xml`)).status).toBe(400);
  });
});
