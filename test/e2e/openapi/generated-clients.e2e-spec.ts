import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '@hey-api/openapi-ts';
import openapiTypescript, { astToString } from 'openapi-typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../../scripts/root.js';
import { Service } from '../../support/service.js';

const run = promisify(execFile);
/** Inside the project, so that the clients find the packages that they import. */
const folder = join(root, 'node_modules', '.cache', `generated-clients-${process.pid}`);
const document = join(root, 'docs', 'openapi.json');

const WITH_OPENAPI_FETCH = `
import createClient from 'openapi-fetch';
import type { paths } from './schema.js';

const [baseUrl, token] = process.argv.slice(2) as [string, string];
const api = createClient<paths>({ baseUrl, headers: { authorization: \`Bearer \${token}\` } });
const file = new Blob(['city,price\\nParis,12.5\\nRome,3\\n'], { type: 'text/csv' });
const { data: upload, error } = await api.POST('/api/v1/csv-data/uploads/', {
  params: { query: { filename: 'cities.csv', delimiter: 'comma' } },
  // openapi-typescript calls a binary body a string unless it is told otherwise.
  body: file as unknown as string,
  headers: { 'Content-Type': 'text/csv' },
  bodySerializer: (body) => body as unknown as Blob,
});
if (!upload) throw new Error(error.code);
const path = { id: upload.id };
for (;;) {
  const { data } = await api.GET('/api/v1/csv-data/uploads/{id}/progress/', { params: { path } });
  if (data?.status === 'completed') break;
}
const filters = JSON.stringify({ $or: [{ city: 'Rome' }, { price: { gt: 100 } }] });
const { data: rows } = await api.GET('/api/v1/csv-data/uploads/{id}/data/', { params: { path, query: { filters } } });
const missing = await api.GET('/api/v1/tasks/{id}/', { params: { path: { id: upload.id } } });
console.log(JSON.stringify({ stage: upload.stage, rows: rows?.data, missing: missing.error?.code === 'not_found' }));
`;

const WITH_HEY_API = `
import { client } from './hey/client.gen.js';
import { getTask, getUploadProgress, readRows, uploadCsv } from './hey/index.js';

const [baseUrl, token] = process.argv.slice(2) as [string, string];
client.setConfig({ baseUrl, auth: () => token });
const file = new File(['city,price\\nParis,12.5\\nRome,3\\n'], 'cities.csv', { type: 'text/csv' });
const { data: upload, error } = await uploadCsv({ body: { file }, query: { delimiter: 'comma' } });
if (!upload) throw new Error(error.code);
const path = { id: upload.id };
for (;;) {
  const { data } = await getUploadProgress({ path });
  if (data?.status === 'completed') break;
}
const filters = JSON.stringify({ $or: [{ city: 'Rome' }, { price: { gt: 100 } }] });
const { data: rows } = await readRows({ path, query: { filters } });
const missing = await getTask({ path });
console.log(JSON.stringify({ stage: upload.stage, rows: rows?.data, missing: missing.error?.code === 'not_found' }));
`;

const TSCONFIG = {
  compilerOptions: {
    module: 'nodenext',
    target: 'ES2023',
    lib: ['ES2023', 'DOM', 'DOM.Iterable'],
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    rootDir: '.',
    outDir: 'out',
  },
};

let service: Service;
beforeAll(async () => {
  service = await Service.start();
  await mkdir(folder, { recursive: true });
  await createClient({
    input: document,
    output: { path: join(folder, 'hey'), module: { extension: '.js' } },
    plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
    logs: { level: 'silent', file: false },
  });
  const types = await openapiTypescript(new URL(`file://${document}`));
  await Promise.all([
    writeFile(join(folder, 'schema.ts'), astToString(types)),
    writeFile(join(folder, 'with-openapi-fetch.ts'), WITH_OPENAPI_FETCH),
    writeFile(join(folder, 'with-hey-api.ts'), WITH_HEY_API),
    writeFile(join(folder, 'package.json'), '{ "type": "module" }'),
    writeFile(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG)),
  ]);
  await run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', folder]).catch(
    ({ stdout }) => {
      throw new Error(`The generated clients do not compile:\n${stdout}`);
    },
  );
});
afterAll(async () => {
  await service?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe.each(['with-openapi-fetch', 'with-hey-api'])('a client generated from the document, %s', (script) => {
  it('compiles, uploads a file, filters its rows, and knows the code of a problem', async () => {
    const { token } = await service.client.withAccount();
    const { stdout } = await run(process.execPath, [join(folder, 'out', `${script}.js`), service.api.url, token!]);
    expect(JSON.parse(stdout)).toEqual({
      stage: 'queued',
      rows: [{ row_id: 2, data: { city: 'Rome', price: 3 } }],
      missing: true,
    });
  });
});
