import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { writeDataSet } from '../../bench/data-sets.js';
import { Client, type UploadView } from '../support/client.js';
import { hashRows, hashTable, readCsv } from '../support/csv/oracle.js';
import { Service } from '../support/service.js';

const ROWS = 60_000;

let service: Service;
let path: string;
beforeAll(async () => {
  service = await Service.start();
  path = (await writeDataSet('A', join(inject('runFolder'), 'killed.csv'), { rows: ROWS })).path;
});
afterAll(() => service?.stop());

/** Waits until so many batches of the upload are committed. */
async function untilBatches(uploadId: string, count: number): Promise<void> {
  const end = Date.now() + 60_000;
  for (;;) {
    const [row] = await service.sql.query('SELECT count(*)::int FROM csv_batches WHERE upload_id = $1', [uploadId]);
    if (row.count >= count) return;
    if (Date.now() > end) throw new Error(`Only ${row.count} batches came.\n${service.workers.at(-1)!.logText()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function expectWhole(upload: UploadView): Promise<void> {
  expect(upload).toMatchObject({ status: 'completed', total_rows: ROWS, processed_rows: ROWS, rejected_rows: 0 });
  const [{ rows_table }] = await service.sql.query('SELECT rows_table FROM csv_uploads WHERE id = $1', [upload.id]);
  const runner = service.sql.createQueryRunner();
  try {
    const keys = upload.columns.map(({ key }) => key);
    // Also holds the numbers against 1..n without a gap.
    expect(await hashTable(await runner.connect(), rows_table, upload.id, keys)).toEqual(await hashRows(readCsv(path)));
  } finally {
    await runner.release();
  }
}

const uploadAs = async (person: Client) => (await person.upload({ path }, 'killed.csv')).body.id as string;

describe('an ingest whose worker', () => {
  it('is killed in mid-file ends completed with exactly the rows of the file, and one mail', async () => {
    const person = await service.client.withAccount();
    const id = await uploadAs(person);
    await untilBatches(id, 3);
    await service.workers.at(-1)!.stop('SIGKILL');
    expect((await person.get(`/csv-data/uploads/${id}/?nocache=true`)).body.status).toBe('processing');
    await service.addWorker();
    await expectWhole(await person.untilFinal(id));
    await service.inbox.waitForExactly(1, ({ to, text }) => to.includes(person.email) && text.includes('killed.csv'));
  });

  it('is told to stop in mid-file leaves within its time, and the next one goes on', async () => {
    const person = await service.client.withAccount();
    const id = await uploadAs(person);
    await untilBatches(id, 2);
    expect(await service.workers.at(-1)!.stop()).toMatchObject({ code: 0 });
    const { body } = await person.get(`/csv-data/uploads/${id}/?nocache=true`);
    expect(['processing', 'completed']).toContain(body.status);
    await service.addWorker();
    await expectWhole(await person.untilFinal(id));
  });

  it('is frozen until another has taken over commits nothing when it wakes', async () => {
    const person = await service.client.withAccount();
    const frozen = service.workers.at(-1)!;
    const id = await uploadAs(person);
    await untilBatches(id, 2);
    frozen.kill('SIGSTOP');
    await service.addWorker();
    const upload = await person.untilFinal(id);
    frozen.kill('SIGCONT');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await expectWhole({ ...upload, ...(await person.get(`/csv-data/uploads/${id}/?nocache=true`)).body });
    expect(frozen.ending).toBeNull();
    await service.inbox.waitForExactly(1, ({ to, text }) => to.includes(person.email) && text.includes('killed.csv'));
    await frozen.stop();
  });
});

describe('a service that is stopped', () => {
  it('has the upload still when it starts again', async () => {
    const person = await service.client.withAccount();
    const upload = await person.ingest('a,b\n1,2\n');
    await Promise.all(
      [...service.workers, ...service.apis].filter((app) => app.ending === null).map((app) => app.stop()),
    );
    const api = await service.addApi();
    await service.addWorker();
    const again = new Client(api.url, person.token);
    expect((await again.get(`/csv-data/uploads/${upload.id}/`)).body).toMatchObject({
      id: upload.id,
      status: 'completed',
      total_rows: 1,
    });
    expect((await again.get(`/csv-data/uploads/${upload.id}/data/`)).body.data).toEqual([
      { row_id: 1, data: { a: 1, b: 2 } },
    ]);
  });
});
