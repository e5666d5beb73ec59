import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Client, UploadView } from '../support/client.js';
import { peakMegabytes, resetPeakMemory } from '../support/memory.js';
import { Service } from '../support/service.js';
import { expectNothingLeft } from '../support/stored-uploads.js';

/** Files made to overload the worker. FAULTS=full uses full size (2 GB in total, some minutes); otherwise a tenth of that or less. */
const FULL = process.env.FAULTS === 'full';
const MB = 1_000_000;

/** A worker with one upload must stay under 300; uncollected garbage of the previous file is added. */
const WORKER_MEGABYTES = 350;

interface Poison {
  name: string;
  query: string;
  content(): Iterable<string>;
  /** Expected status, and the codes in `errors`. */
  ends: Partial<UploadView>;
  codes: string[];
  /** Codes of its rejects. */
  rejects: string[];
}

const repeated = function* (head: string, line: (number: number) => string, bytes: number) {
  yield head;
  for (let written = head.length, number = 1; written < bytes; ) {
    let chunk = '';
    while (chunk.length < 1 << 20 && written + chunk.length < bytes) chunk += line(number++);
    written += chunk.length;
    yield chunk;
  }
};
const counted = function* (head: string, count: number, line: string) {
  yield head;
  for (let left = count; left > 0; left -= 1000) yield line.repeat(Math.min(left, 1000));
};

const UNCLOSED = (FULL ? 200 : 20) * MB;
const ONE_LINE = (FULL ? 600 : 40) * MB;
const REJECTS = FULL ? 1_000_000 : 120_000;
/** Good rows for more than the sample of 1 MiB, by which the width of the table is found. */
const GOOD_ROWS = 300_000;
const goodTable = `a,b\n${'1,2\n'.repeat(GOOD_ROWS)}`;
const WIDE_ROWS = FULL ? 5_000 : 1_500;
const longNames = (count: number) =>
  Array.from({ length: count }, (_, i) => `a_rather_long_name_of_a_column_${i}`).join(',');
const LONG_REJECTS = FULL ? 4_000 : 800;
const PLAIN_LINE = '1234,some plain words,more\n';
const QUOTED_LINE = '1234,"words, quoted",more\n';
const plainLines = Math.ceil((UNCLOSED - 40) / PLAIN_LINE.length);

const POISONS: Poison[] = [
  {
    name: 'a quote on line 2 that no other follows for the rest of the file',
    query: '',
    content: () => counted('id,words,more\n1,"never closed,more\n', plainLines, PLAIN_LINE),
    ends: { status: 'completed', processed_rows: plainLines, rejected_rows: 1 },
    codes: [],
    rejects: ['unclosed_quote'],
  },
  {
    name: 'a quote on line 2 that is not closed, before lines whose quotes are',
    query: '',
    content: () => counted('id,words,more\n1,"never closed,more\n', plainLines, QUOTED_LINE),
    ends: { status: 'completed', processed_rows: plainLines, rejected_rows: 1 },
    codes: [],
    rejects: ['unclosed_quote'],
  },
  {
    name: 'an opening quote in every line',
    query: '?quote=%22&delimiter=,&header=true&skip=0&max_rejects=100',
    content: () => repeated('id,words\n', (number) => `${number},"words\n`, UNCLOSED / 10),
    ends: { status: 'failed', processed_rows: 0 },
    codes: ['too_many_rejects'],
    rejects: ['unclosed_quote'],
  },
  {
    name: 'a single line and nothing else',
    query: '',
    content: () => repeated('', () => 'x'.repeat(1 << 20), ONE_LINE),
    ends: { status: 'failed', processed_rows: 0, rejected_rows: 0 },
    codes: ['header_unreadable'],
    rejects: [],
  },
  {
    name: 'a single line between good ones',
    query: '',
    content: function* () {
      yield* repeated('a,b\n1,2\n', () => 'x,'.repeat(1 << 19), ONE_LINE);
      yield '\n3,4\n';
    },
    ends: { status: 'completed', processed_rows: 2, rejected_rows: 1 },
    codes: [],
    rejects: ['record_too_long'],
  },
  {
    name: '100,000 columns',
    query: '',
    content: () => {
      const line = (cell: (column: number) => string) => Array.from({ length: 100_000 }, (_, i) => cell(i)).join(',');
      return [`${line((i) => `c${i}`)}\n`, `${line(String)}\n`];
    },
    ends: { status: 'failed', processed_rows: 0 },
    codes: ['too_many_columns'],
    rejects: [],
  },
  {
    name: '2,000 columns of long names, and cells that hold a separator of ours',
    query: '?delimiter=,&header=true&skip=0',
    content: () => counted(`${longNames(2000)}\n`, WIDE_ROWS, `\x1f${',1'.repeat(1999)}\n`),
    ends: { status: 'completed', processed_rows: WIDE_ROWS },
    codes: [],
    rejects: [],
  },
  {
    name: 'more rejects than it may have',
    query: '?delimiter=,&header=true&skip=0',
    content: () => counted(goodTable, REJECTS, '1,2,3\n'),
    ends: { status: 'failed', processed_rows: 0 },
    codes: ['too_many_rejects'],
    rejects: ['too_many_cells'],
  },
  {
    name: 'as many rejects as it may have',
    query: `?delimiter=,&header=true&skip=0&max_rejects=${REJECTS}`,
    content: () => counted(goodTable, REJECTS, '1,2,3\n'),
    ends: { status: 'completed', processed_rows: GOOD_ROWS, rejected_rows: REJECTS },
    codes: [],
    rejects: ['too_many_cells'],
  },
  {
    name: 'rejects of 100 kB each',
    query: `?delimiter=,&header=true&skip=0&max_rejects=${LONG_REJECTS}`,
    content: () => counted(goodTable, LONG_REJECTS, `1,2,${'long '.repeat(20_000)}\n`),
    ends: { status: 'completed', processed_rows: GOOD_ROWS, rejected_rows: LONG_REJECTS },
    codes: [],
    rejects: ['too_many_cells'],
  },
];

const ENV = { INGEST_CONCURRENCY: '1', MAX_UPLOAD_BYTES: String(700 * MB) };

async function upload(person: Client, poison: Poison): Promise<string> {
  const path = join(inject('runFolder'), 'poison.csv');
  await pipeline(poison.content(), createWriteStream(path));
  const { status, body } = await person.upload({ path }, 'poison.csv', poison.query);
  await rm(path);
  expect({ status, body }).toMatchObject({ status: 201 });
  return body.id;
}

describe('a file made to overload the worker', { timeout: 900_000 }, () => {
  let service: Service;
  let person: Client & { email: string };
  const uploads = new Map<Poison, string>();

  beforeAll(async () => {
    service = await Service.start({ env: ENV });
    person = await service.client.withAccount();
    for (const poison of POISONS) uploads.set(poison, await upload(person, poison));
  }, 600_000);
  afterAll(() => service?.stop());

  it('does not delay others: an ordinary upload that starts later completes first', async () => {
    const bystander = await service.client.withAccount();
    const upload = await bystander.ingest(`a,b\n${'1,2\n'.repeat(1000)}`);
    expect(upload.processed_rows).toBe(1000);
    const { body } = await person.get('/csv-data/uploads/?nocache=true');
    const unfinished = body.results.filter(({ status }: UploadView) => ['pending', 'processing'].includes(status));
    expect(unfinished.length).toBeGreaterThan(0);
  });

  it.each(POISONS)('ends within the time limit and reports what is wrong: $name', async (poison) => {
    const upload = await person.untilFinal(uploads.get(poison)!, 600_000);
    expect(upload).toMatchObject(poison.ends);
    expect(upload.errors.map(({ code }) => code)).toEqual(expect.arrayContaining(poison.codes));
    const rejects = (await person.get(`/csv-data/uploads/${upload.id}/rejects/?page_size=100`)).body;
    expect(rejects.count).toBe(upload.rejected_rows);
    expect([...new Set(rejects.results.map(({ code }: { code: string }) => code))]).toEqual(poison.rejects);
  });

  it('crashes no worker', async () => {
    await service.idle(120_000);
    expect(service.worker.ending).toBeNull();
    expect((await person.ingest('a,b\n1,2\n')).processed_rows).toBe(1);
  });

  it('leaves nothing when it is deleted', async () => {
    for (const id of uploads.values()) {
      expect((await person.send('DELETE', `/csv-data/uploads/${id}/`)).status).toBe(204);
    }
    for (const id of uploads.values()) await expectNothingLeft(service, id, 60_000);
  });
});

describe('files made to overload the worker, one after another', { timeout: 900_000 }, () => {
  let service: Service;
  let person: Client;

  beforeAll(async () => {
    service = await Service.start({ env: ENV });
    person = await service.client.withAccount();
  });
  afterAll(() => service?.stop());

  it.each(POISONS)('stay within the memory limit: $name', async (poison) => {
    resetPeakMemory(service.worker.pid);
    const { status, duration } = await person.untilFinal(await upload(person, poison), 600_000);
    await service.idle(120_000);
    const megabytes = peakMegabytes(service.worker.pid);
    console.log(`${status} after ${duration} s, ${Math.round(megabytes)} MB: ${poison.name}`);
    expect(megabytes).toBeLessThan(WORKER_MEGABYTES);
  });
});
