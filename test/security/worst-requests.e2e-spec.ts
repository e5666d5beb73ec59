import { Agent, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client, UploadView } from '../support/client.js';
import { Service } from '../support/service.js';
import { EventLoopWatch, printLongest } from './event-loop.js';
import { FORM_TYPE, worstFiles, worstFilters, worstForms, worstHeaders, worstQueries } from './worst-requests.js';

/** Far above the noise of a busy machine. What blocks for longer stops the api for all of its users. */
const LONGEST_BLOCK_MS = 1_000;

/** `npm run test:security` sends all of them; otherwise a fifth of the long lists. */
const sampleOf = <T>(all: T[]): T[] => (process.env.SECURITY === 'full' ? all : all.filter((_, i) => i % 5 === 0));

let service: Service;
let person: Client;
let watch: EventLoopWatch;
let plain: UploadView;
let wide: UploadView;
let parametersOf: Map<string, string[]>;

beforeAll(async () => {
  service = await Service.start({ env: { UPLOAD_IDLE_TIMEOUT_MS: '5000' } });
  person = await service.client.withAccount();
  watch = new EventLoopWatch(service.api);
  plain = await person.ingest(`city,price,day\n${'Paris,1.5,2026-01-02\nRome,2,2026-03-04\n'.repeat(1_000)}`);
  wide = await person.ingest(worstFiles()['2,000 long names']!);
  const { body: document } = await service.client.get('/api/openapi.json');
  parametersOf = new Map(
    Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { parameters = [] }]) => [
        `${method.toUpperCase()} ${path}`,
        parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name),
      ]),
    ),
  );
});
afterAll(() => service?.stop());

interface Operation {
  parameters?: { name: string; in: string }[];
}

/** Rows of a million bytes each, a little less than a row may have; so many are as much as a page may have. */
const LONG_ROWS = 32;

/** What a connection takes before anybody reads it. */
const CHUNK_BYTES = 64 * 1024;

interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** No connection is used twice: the api closes one that it has not read to its end. */
const agent = new Agent();

/** Sends any bytes, and reads the answer to its end. @returns status 0 when the api closes the connection while it receives the body */
const send = (
  path: string,
  { method = 'GET', headers = {}, body = '' }: Sent = {},
): Promise<{ status: number; bytes: number }> =>
  new Promise((resolve, reject) => {
    const authorization = `Bearer ${person.token}`;
    const sent = request(service.api.url + path, { agent, method, headers: { authorization, ...headers } });
    let status = 0;
    let bytes = 0;
    const end = () => resolve({ status, bytes });
    sent.setTimeout(60_000, () => sent.destroy(new Error('no answer')));
    sent.on('response', (response) => {
      status = response.statusCode!;
      response.on('data', (part: Buffer) => (bytes += part.length));
      response.on('end', end).on('error', reject);
    });
    sent.on('error', (error) => (body.length > CHUNK_BYTES && status === 0 && 'code' in error ? end() : reject(error)));
    sent.end(body);
  });

type Step = [what: string, path: string, sent?: Sent];

/** A query may be stopped at its time limit. A preview is 503 when its thread had to be ended, which keeps all others waiting. */
const isAllowed = (status: number, path: string) =>
  status === 507 || (status === 503 && !path.startsWith('/api/v1/csv-data/previews/'));

/** Sends each request, and prints the longest blocks of the event loop. */
async function walk(requests: Iterable<Step>): Promise<void> {
  const blocks: { ms: number; what: string }[] = [];
  await watch.longestBlock();
  for (const [what, path, sent] of requests) {
    const { status, bytes } = await send(path, sent);
    expect(isAllowed(status, path) ? 0 : status, `${what} ${path.slice(0, 200)}`).toBeLessThan(500);
    blocks.push({ ms: await watch.longestBlock(), what: `${what}: ${status}, ${bytes} bytes` });
  }
  const [longest] = printLongest(blocks, 'requests');
  expect(longest!.ms, longest!.what).toBeLessThan(LONGEST_BLOCK_MS);
}

const PREVIEWS = '/api/v1/csv-data/previews/';
const UPLOADS = '/api/v1/csv-data/uploads/';
const post = (contentType: string, body: string | Buffer): Sent => ({
  method: 'POST',
  headers: { 'content-type': contentType },
  body,
});

describe('the event loop is never blocked for long', { timeout: 1_800_000 }, () => {
  it('by the previews of the worst files', () =>
    walk(Object.entries(worstFiles()).map(([kind, file]) => [kind, PREVIEWS, post('text/csv', file)])));

  it('by uploads of the worst files', () =>
    walk(Object.entries(worstFiles()).map(([kind, file]) => [kind, UPLOADS, post('text/csv', file)])));

  it('by the worst forms', () =>
    walk(
      Object.entries(worstForms()).flatMap(([kind, form]): Step[] => [
        [kind, UPLOADS, post(FORM_TYPE, form)],
        [`${kind}, preview`, PREVIEWS, post(FORM_TYPE, form)],
      ]),
    ));

  it('by the worst options', () => {
    const sent = post('text/csv', 'city,price\nParis,1\n');
    const queries = worstQueries(parametersOf.get(`POST ${UPLOADS}`)!);
    return walk(
      sampleOf(Object.entries(queries)).flatMap(([kind, query]): Step[] => [
        [kind, `${UPLOADS}?${query}`, sent],
        [`${kind}, preview`, `${PREVIEWS}?${query}`, sent],
      ]),
    );
  });

  it('by the worst queries of each operation that reads', () =>
    walk(
      [...parametersOf].flatMap(([operation, parameters]) => {
        const [method, path] = operation.split(' ') as [string, string];
        // Events have no end; what their queries cost is what those of progress do.
        if (method !== 'GET' || path.endsWith('/events/')) return [];
        const queries = sampleOf(Object.entries(worstQueries(parameters)));
        const uploads = path.includes('{id}') ? [plain, wide] : [plain];
        return uploads.flatMap(({ id, columns }) =>
          queries.map(
            ([kind, query]): Step => [
              `${path} (${columns.length} columns): ${kind}`,
              `${path.replace('{id}', id)}?${query}`,
            ],
          ),
        );
      }),
    ));

  it('by the worst headers', () =>
    walk(
      sampleOf(Object.entries(worstHeaders())).flatMap(([kind, headers]): Step[] => {
        const upload = post('text/csv', 'a\n1\n');
        return [
          [kind, `${UPLOADS}${plain.id}/data/`, { headers }],
          [`${kind}, upload`, UPLOADS, { ...upload, headers: { ...upload.headers, ...headers } }],
          [`${kind}, login`, '/api/v1/auth/user/login/', { method: 'POST', headers, body: '{}' }],
        ];
      }),
    ));

  it('by the worst filters', () =>
    walk(
      [plain, wide].flatMap(({ id, columns }) => {
        const key = columns[0]!.key;
        return Object.entries(worstFilters(key.length > 100 ? '0' : key)).flatMap(([kind, filters]) =>
          ['data/', 'export/'].map(
            (way): Step => [
              `${kind}, ${columns.length} columns, ${way}`,
              `${UPLOADS}${id}/${way}?format=csv&filters=${filters.replaceAll('%', '%25')}`,
            ],
          ),
        );
      }),
    ));

  it('by an upload of 2,000 columns', async () => {
    const at = `${UPLOADS}${wide.id}/`;
    const names = wide.columns.map(({ key }) => key);
    const patch = (body: unknown): Sent => ({
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const keys = Array.from({ length: 2_000 }, (_, i) => `c${i}`);
    const short = await person.ingest(`${keys.join(',')}\n${`${keys.join(',')}\n`.repeat(20)}`);
    const page = await person.get(`${at}data/?page_size=1&sort_by=${names.slice(0, 8).join(',')}`);
    const cursor = page.body.pagination.next_cursor;
    expect(cursor).toBeTruthy();
    await walk([
      ['the upload', at],
      ['all uploads', `${UPLOADS}?page_size=100`],
      ['rows', `${at}data/?page_size=500`],
      ['rows by an unknown column', `${at}data/?sort_by=${'x'.repeat(490)}`],
      ['rows by columns', `${at}data/?sort_by=${names.slice(0, 30).join(',')}`],
      ['rows by as many columns as may be', `${at}data/?sort_by=${names.slice(0, 8).join(',')}`],
      ['rows behind others by as many columns', `${at}data/?sort_by=${names.slice(0, 8).join(',')}&cursor=${cursor}`],
      ['rows by 2,000 short columns', `${UPLOADS}${short.id}/data/?sort_by=${keys.join(',')}`],
      ['an export by 2,000 short columns', `${UPLOADS}${short.id}/export/?sort_by=-${keys.join(',')}`],
      ['columns', `${at}columns/`],
      ['export', `${at}export/?format=ndjson`],
      ['a name', `${at}columns/${encodeURIComponent(names[3]!)}/`, patch({ name: 'n'.repeat(200) })],
      ['a type', `${at}columns/${encodeURIComponent(names[3]!)}/`, patch({ type: 'text' })],
    ]);
    // A key is as long as a name in the file.
    const long = await person.ingest(`${'k'.repeat(1_000)},b\n1,2\n`);
    const renamed = await send(`${UPLOADS}${long.id}/columns/${long.columns[0]!.key}/`, patch({ name: 'Price' }));
    expect([long.columns[0]!.key.length, renamed.status]).toEqual([1_000, 200]);
  });

  it('by lists of uploads that are as wide as they may be', async () => {
    await service.sql.query(
      `INSERT INTO csv_uploads SELECT (jsonb_populate_record(upload, jsonb_build_object('id', gen_random_uuid()))).*
         FROM csv_uploads upload, generate_series(1, 100) WHERE upload.id = $1`,
      [wide.id],
    );
    const all = await person.get(`${UPLOADS}?page_size=100`);
    expect([all.status, all.body.results.length]).toEqual([200, 100]);
    await walk([
      ['a page of 20', UPLOADS],
      ['a page of 100', `${UPLOADS}?page_size=100`],
      ['a page of 100, not from the cache', `${UPLOADS}?page_size=100&nocache=true`],
      ['the second page', `${UPLOADS}?page_size=50&page=2`],
    ]);
  });

  it('by the documents of the api', () =>
    walk(
      [
        '/api/openapi.yaml',
        '/api/openapi.json',
        '/api/docs/',
        '/api/docs/swagger-ui-init.js',
        '/api/docs/errors',
      ].flatMap((path): Step[] => [
        ['first', path],
        ['again', path],
        ['head', path, { method: 'HEAD' }],
      ]),
    ));

  it('by pages of rows and of rejects that are as long as they may be', async () => {
    const row = `${'x'.repeat(500_000)},${'é'.repeat(260_000)}\n`;
    const reject = `${'x'.repeat(64_000)},\0\n`;
    const numbers = `${'1,'.repeat(32_000)}1\n`;
    const rows = await person.ingest(`a,b\n${row.repeat(LONG_ROWS)}`);
    const surplus = await person.ingest(`a,b\n${'1,2\n'.repeat(1_000)}${numbers.repeat(50)}`);
    const rejects = await person.ingest(`a,b\n${'1,2\n'.repeat(1_000)}${reject.repeat(100)}`);
    const rowsAt = `${UPLOADS}${rows.id}/`;
    const rejectsAt = `${UPLOADS}${rejects.id}/`;
    await walk([
      ['rows', `${rowsAt}data/?page_size=500`],
      ['rows as text', `${rowsAt}data/?page_size=500&values=text`],
      ['sorted rows', `${rowsAt}data/?page_size=500&sort_by=-a`],
      ['found rows', `${rowsAt}data/?page_size=500&search=xyz`],
      ['filtered rows', `${rowsAt}data/?page_size=500&filters={"a":{"contains":"xx"}}`],
      ['export as CSV', `${rowsAt}export/?format=csv&escape_formulas=true`],
      ['export as NDJSON', `${rowsAt}export/?format=ndjson`],
      ['columns', `${rowsAt}columns/`],
      ['rejects', `${rejectsAt}rejects/?page_size=100`],
      ['rejects as CSV', `${rejectsAt}rejects/?format=csv`],
      ['rejects as CSV, formulas escaped', `${rejectsAt}rejects/?format=csv&escape_formulas=true`],
      ['rejects of numbers, formulas escaped', `${UPLOADS}${surplus.id}/rejects/?format=csv&escape_formulas=true`],
    ]);
  });
});
