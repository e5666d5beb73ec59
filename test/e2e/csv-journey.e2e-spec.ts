import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { writeDataSet } from '../../bench/data-sets.js';
import { firstDifference, hashDataPages, hashRows, hashTable, readCsv } from '../support/csv/oracle.js';
import { Service } from '../support/service.js';

let service: Service;
beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => service?.stop());

const folder = () => inject('runFolder');

describe('a file of 100,000 rows', () => {
  it('returns every cell in order, as an independent parser reads the file', async () => {
    const person = await service.client.withAccount();
    const file = await writeDataSet('tricky', join(folder(), 'tricky.csv'), { rows: 100_000 });
    const upload = await person.ingest({ path: file.path }, 'tricky.csv');

    expect(upload).toMatchObject({
      total_rows: 100_000,
      processed_rows: 100_000,
      rejected_rows: 0,
      progress: 100,
      sha256: file.sha256,
    });
    const keys = upload.columns.map(({ key }) => key);
    const shown = await hashDataPages(
      async (cursor) =>
        (
          await person.get(
            `/csv-data/uploads/${upload.id}/data/?values=text&page_size=500${cursor ? `&cursor=${cursor}` : ''}`,
          )
        ).body,
      keys,
    );
    const expected = await hashRows(readCsv(file.path));
    if (shown.sha256 !== expected.sha256) {
      expect(await firstDifference(readCsv(file.path), person.rows(upload))).toBeNull();
    }
    expect(shown).toEqual(expected);
  });

  it('causes one mail with its statistics', async () => {
    const person = await service.client.withAccount();
    await person.ingest('City,Price\nParis,1\nRome,2\n', 'cities.csv');
    const [mail] = await service.inbox.waitForExactly(
      1,
      ({ to, text }) => to.includes(person.email) && text.includes('cities.csv'),
    );
    expect(mail!.text).toMatch(/\b2\b/);
  });
});

// What every German bank exports. Nothing is declared.
describe('a bank statement', () => {
  const LINES = [
    'Girokonto;DE02 1234 5678 9012 3456 78',
    'Kontoinhaber;Jürgen Müßig',
    'Zeitraum;01.10.2026 - 31.10.2026',
    'Erstellt am;02.11.2026',
    'Währung;EUR',
    'Kontostand;12.345,67',
    '',
    'Buchungstag;Empfänger;Verwendungszweck;Betrag',
    '30.10.26;Stadtwerke Köln;Strom;-126,83',
    '02.10.26;Hausverwaltung Größe;Miete Oktober;-9.967,97',
    '13.10.26;Arbeitgeber GmbH;Gehalt;12.500,00',
    '14.10.26;Bäckerei Süß;Frühstück;-8,40',
    '15.10.26;Finanzamt;Erstattung;1.234,56',
    '',
    'Alle Angaben ohne Gewähr',
  ];
  // Latin-1 and windows-1252 are the same for these letters.
  const FILE = Buffer.from(LINES.map((line) => `${line}\r\n`).join(''), 'latin1');

  it('is previewed as the upload reads it, with its footer and without doubt', async () => {
    const person = await service.client.withAccount();
    const preview = await person.send('POST', '/csv-data/previews/', {
      body: FILE,
      headers: { 'content-type': 'text/csv' },
    });
    const upload = await person.ingest(FILE, 'umsaetze.csv');
    const data = (await person.get(`/csv-data/uploads/${upload.id}/data/`)).body.data;
    const { dialect, columns, preamble, footer, errors } = upload;
    expect(preview.status).toBe(200);
    expect(preview.body).toMatchObject({
      dialect,
      columns,
      preamble,
      footer,
      rows: data,
      is_whole_file: true,
    });
    const told = (list: typeof errors) => list.map(({ code, message, ...where }) => ({ code, ...where }));
    expect(told(preview.body.errors)).toEqual(told(errors));
    expect(footer).toEqual(['Alle Angaben ohne Gewähr']);
    expect(preamble).toEqual(LINES.slice(0, 7));
    expect(told(errors)).toEqual([{ code: 'footer_lines', count: 1, first_line: 15 }]);
  });

  it('goes in by plain upload, and is filtered by amount and sorted by day', async () => {
    const person = await service.client.withAccount();
    const upload = await person.ingest(FILE, 'umsaetze.csv');
    expect(upload).toMatchObject({
      processed_rows: 5,
      rejected_rows: 0,
      dialect: { encoding: 'windows-1252', delimiter: ';', decimal: ',', thousands: '.', preamble_lines: 7 },
      columns: [
        { key: 'buchungstag', type: 'date', format: 'DD.MM.YY' },
        { key: 'empfänger', type: 'text' },
        { key: 'verwendungszweck', type: 'text' },
        { key: 'betrag', type: 'number', format: '1.234,56' },
      ],
    });
    const rows = async (query: Record<string, string>) => {
      const { body } = await person.get(`/csv-data/uploads/${upload.id}/data/?${new URLSearchParams(query)}`);
      expect(body.warnings).toEqual([]);
      return body.data.map(({ data }: { data: Record<string, unknown> }) => [data.buchungstag, data.betrag]);
    };
    expect(await rows({ filters: '{"betrag": {"gte": 100}}', sort_by: '-betrag' })).toEqual([
      ['2026-10-13', 12500],
      ['2026-10-15', 1234.56],
    ]);
    expect(await rows({ sort_by: 'buchungstag' })).toEqual([
      ['2026-10-02', -9967.97],
      ['2026-10-13', 12500],
      ['2026-10-14', -8.4],
      ['2026-10-15', 1234.56],
      ['2026-10-30', -126.83],
    ]);
    expect(await rows({ filters: '{"buchungstag": {"between": ["2026-10-03", "14.10.26"]}}' })).toHaveLength(2);
  });
});

describe('an upload', () => {
  const CSV = 'City Name,unitPrice,2020,City Name\nParis,12.50,007,\nRome,,x,"a ""b"""\n';

  it('reports its columns, dialect and counts', async () => {
    const person = await service.client.withAccount();
    const upload = await person.ingest(CSV, 'cities.csv');
    expect(upload.columns).toMatchObject([
      { key: 'city_name', name: 'City Name', type: 'text', position: 1 },
      { key: 'unit_price', name: 'unitPrice', type: 'number', position: 2 },
      { key: 'col_2020', name: '2020', type: 'text', position: 3 },
      { key: 'city_name_2', name: 'City Name', type: 'text', position: 4 },
    ]);
    expect(upload).toMatchObject({
      original_filename: 'cities.csv',
      size_bytes: Buffer.byteLength(CSV),
      status: 'completed',
      progress: 100,
      total_rows: 2,
      total_rows_is_estimate: false,
      dialect: { delimiter: ',', quote: '"', has_header: true, encoding: 'utf-8', newline: 'lf' },
      started_at: expect.stringMatching(/Z$/),
      completed_at: expect.stringMatching(/Z$/),
      duration: expect.any(Number),
    });
  });

  it('returns its rows by page, typed or as exact text, with null for an empty cell', async () => {
    const person = await service.client.withAccount();
    const upload = await person.ingest(CSV, 'cities.csv');
    const { body } = await person.get(`/csv-data/uploads/${upload.id}/data/`);
    expect(body).toMatchObject({ upload_id: upload.id, original_filename: 'cities.csv', upload_status: 'completed' });
    expect(body.data).toEqual([
      { row_id: 1, data: { city_name: 'Paris', unit_price: 12.5, col_2020: '007', city_name_2: null } },
      { row_id: 2, data: { city_name: 'Rome', unit_price: null, col_2020: 'x', city_name_2: 'a "b"' } },
    ]);
    const text = await person.get(`/csv-data/uploads/${upload.id}/data/?values=text&page_size=1`);
    expect(text.body.data).toEqual([
      { row_id: 1, data: { city_name: 'Paris', unit_price: '12.50', col_2020: '007', city_name_2: null } },
    ]);
    expect(text.body.pagination).toMatchObject({
      page: 1,
      page_size: 1,
      total_count: 2,
      total_pages: 2,
      has_next: true,
      has_prev: false,
      next_page: 2,
    });
  });

  it('is not found by another user', async () => {
    const owner = await service.client.withAccount();
    const stranger = await service.client.withAccount();
    const upload = await owner.ingest(CSV);
    for (const path of ['', 'data/', 'progress/', 'columns/', 'rejects/', 'export/', 'events/']) {
      expect((await stranger.get(`/csv-data/uploads/${upload.id}/${path}`)).status, path).toBe(404);
    }
    for (const path of ['cancel/', 'retry/'])
      expect((await stranger.post(`/csv-data/uploads/${upload.id}/${path}`)).status, path).toBe(404);
    expect((await stranger.send('DELETE', `/csv-data/uploads/${upload.id}/`)).status).toBe(404);
    expect((await stranger.get('/csv-data/uploads/')).body.count).toBe(0);
  });

  it('is not found at once after it is deleted, and its rows and file are deleted soon', async () => {
    const person = await service.client.withAccount();
    const upload = await person.ingest(CSV);
    const [row] = await service.sql.query('SELECT storage_key FROM csv_uploads WHERE id = $1', [upload.id]);
    const file = join(service.env.DATA_DIR!, 'uploads', row.storage_key);
    await readFile(file);
    expect((await person.send('DELETE', `/csv-data/uploads/${upload.id}/`)).status).toBe(204);
    for (const path of ['', 'data/', 'progress/']) {
      expect((await person.get(`/csv-data/uploads/${upload.id}/${path}`)).status).toBe(404);
    }
    expect((await person.get('/csv-data/uploads/')).body.count).toBe(0);
    await service.idle();
    for (const table of ['csv_rows', 'csv_batches', 'csv_rejects', 'csv_profiles', 'csv_indexes']) {
      const [{ count }] = await service.sql.query(`SELECT count(*)::int FROM ${table} WHERE upload_id = $1`, [
        upload.id,
      ]);
      expect(count, table).toBe(0);
    }
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });

  it('returns no rows before it is completed', async () => {
    const person = await service.client.withAccount();
    await service.worker.stop('SIGKILL');
    const { body } = await person.upload(CSV);
    const early = await person.get(`/csv-data/uploads/${body.id}/data/`);
    expect([early.status, early.body.code]).toEqual([409, 'upload_not_ready']);
    await service.addWorker();
    await person.untilFinal(body.id);
    expect((await person.get(`/csv-data/uploads/${body.id}/data/`)).status).toBe(200);
  });

  it('of a big file has its own table, which is dropped with the upload', async () => {
    const big = await Service.start({ env: { OWN_TABLE_BYTES: '1000' } });
    try {
      const person = await big.client.withAccount();
      const file = await writeDataSet('A', join(folder(), 'big.csv'), { rows: 2_000 });
      const upload = await person.ingest({ path: file.path });
      const [{ rows_table }] = await big.sql.query('SELECT rows_table FROM csv_uploads WHERE id = $1', [upload.id]);
      expect(rows_table).toMatch(/^csv_parts\.rows_\d+$/);
      const runner = big.sql.createQueryRunner();
      const client = await runner.connect();
      expect(
        await hashTable(
          client,
          rows_table,
          upload.id,
          upload.columns.map(({ key }) => key),
        ),
      ).toEqual(await hashRows(readCsv(file.path)));
      await runner.release();
      await person.send('DELETE', `/csv-data/uploads/${upload.id}/`);
      await big.idle();
      const [{ count }] = await big.sql.query(`SELECT count(*)::int FROM pg_tables WHERE schemaname = 'csv_parts'`);
      expect(count).toBe(0);
    } finally {
      await big.stop();
    }
  });
});
