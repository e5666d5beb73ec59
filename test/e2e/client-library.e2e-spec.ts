import { execFileSync } from 'node:child_process';
import { mkdirSync, openAsBlob, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CsvTasks, type ProblemError, type RowsQuestion, type UploadProgress } from '@csv-tasks/client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { writeDataSet } from '../../bench/data-sets.js';
import { root } from '../../scripts/root.js';
import { Service } from '../support/service.js';

let service: Service;
let client: CsvTasks;
beforeAll(async () => {
  service = await Service.start();
  client = new CsvTasks({ url: service.api.url });
  const account = { email: 'ada@example.org', password: 'violet-harbour-29-lamps' };
  await client.call(client.api.POST('/api/v1/auth/user/register/', { body: account }));
  await client.login(account.email, account.password);
});
afterAll(() => service?.stop());

const problemOf = (work: Promise<unknown>): Promise<ProblemError> =>
  work.then(
    () => {
      throw new Error('There was no problem.');
    },
    (error) => error,
  );

describe('the client library', () => {
  it('uploads a file, tells its progress, and reads each of its rows once and in order', async () => {
    const file = await writeDataSet('A', join(inject('runFolder'), 'client.csv'), { rows: 20_000 });
    const blob = await openAsBlob(file.path);
    const sent: number[] = [];
    const seen: UploadProgress[] = [];

    const upload = await client.upload(blob, { filename: 'a.csv', onBytes: (bytes) => sent.push(bytes) });
    expect(upload).toMatchObject({ original_filename: 'a.csv', size_bytes: blob.size, sha256: file.sha256 });
    expect(sent).toEqual(sent.toSorted((a, b) => a - b));
    expect(sent.at(-1)).toBe(blob.size);

    const ended = await client.wait(upload.id, { onProgress: (progress) => seen.push(progress) });
    expect(ended).toMatchObject({ status: 'completed', total_rows: 20_000, processed_rows: 20_000 });
    expect(seen.at(-1)).toMatchObject({ status: 'completed', progress: 100 });

    let next = 1;
    for await (const { row_id } of client.rows(upload.id)) expect(row_id).toBe(next++);
    expect(next).toBe(20_001);
  });

  it('sends a stream of unknown length, with options, and asks for rows with filters', async () => {
    async function* file() {
      yield Buffer.from('city;price\nParis;12,5\n');
      yield Buffer.from('Rome;3,0\nOslo;9,5\n');
    }
    const upload = await client.upload(file(), { filename: 'cities.csv', options: { delimiter: 'semicolon' } });
    expect((await client.wait(upload.id)).dialect).toMatchObject({ delimiter: ';', decimal: ',' });
    const rows = [];
    const question: RowsQuestion = { filters: { $or: [{ city: 'Rome' }, { price: { gt: 10 } }] }, sort_by: '-price' };
    for await (const { data } of client.rows(upload.id, question)) rows.push(data);
    expect(rows).toEqual([
      { city: 'Paris', price: 12.5 },
      { city: 'Rome', price: 3 },
    ]);
    const csv = await client.export(upload.id, { filters: { city: ['Oslo', 'Rome'] } });
    expect(await text(csv)).toBe('city,price\r\nRome,"3,0"\r\nOslo,"9,5"\r\n');
  });

  it('previews a Blob or a stream by its first MiB', async () => {
    const content = Buffer.from(`city;price\n${'Paris;12,5\n'.repeat(200_000)}`);
    let read = 0;
    async function* stream() {
      for (; read < content.length; read += 65_536) yield content.subarray(read, read + 65_536);
    }
    for (const file of [new Blob([content]), stream()]) {
      const found = await client.preview(file, { options: { delimiter: 'semicolon' } });
      expect(found).toMatchObject({ dialect: { delimiter: ';', decimal: ',' }, is_whole_file: false });
      expect(found.rows[0]).toEqual({ row_id: 1, data: { city: 'Paris', price: 12.5 } });
    }
    expect(read).toBeLessThanOrEqual(1024 * 1024 + 65_536);
    const problem = await problemOf(client.preview(new Blob(['a,b\n1,2\n']), { options: { encoding: 'klingon' } }));
    expect(problem.status).toBe(400);
  });

  it('returns every reject, also behind the first page, and as a file', async () => {
    const lines = Array.from({ length: 250 }, (_, n) => `${n},x,surplus`);
    const file = new Blob([['a,b', ...Array(1_000).fill('1,2'), ...lines, ''].join('\n')]);
    const upload = await client.upload(file, { filename: 'rejects.csv', options: { max_rejects: 1000 } });
    expect(await client.wait(upload.id)).toMatchObject({ status: 'completed', rejected_rows: 250 });
    const raw = [];
    for await (const reject of client.rejects(upload.id)) raw.push(reject.raw);
    expect(raw).toEqual(lines);
    expect(await text(await client.rejectsFile(upload.id))).toBe(['a,b', ...lines, ''].join('\n'));
  });

  it('tells what a file of rejects lacks, and its encoding', async () => {
    const records = [...Array(50).fill('Straße,1'), `${'x'.repeat(70_000)},1,surplus`, 'Müller,1,surplus', ''];
    const file = new Blob([Buffer.from(['a,b', ...records].join('\n'), 'latin1')]);
    const upload = await client.upload(file, { filename: 'old.csv', options: { encoding: 'windows-1252' } });
    await client.wait(upload.id);
    const { file: rejects, ...told } = await client.rejectsDownload(upload.id);
    expect(told).toEqual({ encoding: 'windows-1252', leftOut: 1 });
    const bytes = Buffer.from(await new Response(rejects).arrayBuffer());
    expect(bytes.toString('latin1')).toBe('a,b\nMüller,1,surplus\n');
  });

  it('throws problems with their code, and stores a file once under one idempotency key', async () => {
    const image = new Blob([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')]);
    expect(await problemOf(client.upload(image, { filename: 'a.csv' }))).toMatchObject({
      name: 'ProblemError',
      code: 'csv_not_text',
      status: 422,
    });
    expect(await problemOf(client.getUpload('019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c'))).toMatchObject({
      code: 'not_found',
    });
    const stranger = new CsvTasks({ url: service.api.url, token: 'x'.repeat(43) });
    expect(await problemOf(stranger.getUpload('019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c'))).toMatchObject({
      code: 'invalid_token',
    });
    const send = () => client.upload(new Blob(['a,b\n1,2\n']), { filename: 'k.csv', idempotencyKey: 'once' });
    expect((await send()).id).toBe((await send()).id);
  });

  it('goes on waiting when the service is started anew', async () => {
    await service.worker.stop('SIGKILL');
    const { port } = new URL(service.api.url);
    const upload = await client.upload(new Blob(['a,b\n1,2\n']), { filename: 'restart.csv' });
    const stages: string[] = [];
    const ended = client.wait(upload.id, { onProgress: ({ status }) => stages.push(status) });
    while (stages.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    await service.api.stop();
    await service.addApi({ PORT: port });
    await service.addWorker();
    expect(await ended).toMatchObject({ status: 'completed' });
    expect([stages[0], stages.at(-1)]).toEqual(['pending', 'completed']);
  });
});

describe('the package of the client', () => {
  it('is installed without a registry, runs, and brings its types', async () => {
    const folder = join(inject('runFolder'), 'client-package');
    mkdirSync(folder);
    const run = (program: string, args: string[], cwd: string) =>
      execFileSync(program, args, { cwd, encoding: 'utf8', stdio: 'pipe' });
    const packed = run('npm', ['pack', './packages/client', '--pack-destination', folder], root);
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${packed.trim().split('\n').at(-1)}`], folder);
    expect(readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['@csv-tasks']);

    const script = `import { CsvTasks, ProblemError } from '@csv-tasks/client';
      const client = new CsvTasks({ url: ${JSON.stringify(service.api.url)} });
      await client.login('ada@example.org', 'violet-harbour-29-lamps');
      const upload = await client.wait((await client.upload(new Blob(['a,b\\n1,2\\n']), { filename: 'p.csv' })).id);
      for await (const { data } of client.rows(upload.id)) console.log(upload.status, JSON.stringify(data));
      const problem: ProblemError = await client.getUpload('019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c').catch((error) => error);
      console.log(problem.code, problem instanceof ProblemError);
      // @ts-expect-error: there is no such path
      export const wrong = () => client.call(client.api.GET('/api/v1/nowhere/'));
`;
    writeFileSync(join(folder, 'user.ts'), script);
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const strict = ['--strict', '--module', 'nodenext', '--target', 'es2023', '--lib', 'es2023,dom,dom.asynciterable'];
    run(process.execPath, [tsc, ...strict, 'user.ts'], folder);
    const out = run(process.execPath, ['user.js'], folder);
    expect(out).toBe('completed {"a":1,"b":2}\nnot_found true\n');
  });
});
