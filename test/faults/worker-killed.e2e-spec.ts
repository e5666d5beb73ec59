import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { writeDataSet } from '../../bench/data-sets.js';
import { Client } from '../support/client.js';
import { hashCsv, type RowsHash } from '../support/csv/oracle.js';
import { Service } from '../support/service.js';
import { expectExactRows, untilBatches } from '../support/stored-uploads.js';

const ROWS = 60_000;

let service: Service;
let path: string;
let expected: RowsHash;
beforeAll(async () => {
  service = await Service.start();
  path = (await writeDataSet('A', join(inject('runFolder'), 'killed.csv'), { rows: ROWS })).path;
  expected = await hashCsv(path);
});
afterAll(() => service?.stop());

const uploadAs = async (person: Client) => (await person.upload({ path }, 'killed.csv')).body.id as string;

describe('an ingest whose worker', () => {
  it('is killed in the middle of the file completes with exactly the rows of the file and one mail', async () => {
    const person = await service.client.withAccount();
    const id = await uploadAs(person);
    await untilBatches(service, id, 3);
    await service.workers.at(-1)!.stop('SIGKILL');
    expect((await person.get(`/csv-data/uploads/${id}/?nocache=true`)).body.status).toBe('processing');
    await service.addWorker();
    await expectExactRows(service, await person.untilFinal(id), expected);
    await service.inbox.waitForExactly(1, ({ to, text }) => to.includes(person.email) && text.includes('killed.csv'));
  });

  it('is stopped in the middle of the file exits within its time limit, and the next one continues', async () => {
    const person = await service.client.withAccount();
    const id = await uploadAs(person);
    await untilBatches(service, id, 2);
    expect(await service.workers.at(-1)!.stop()).toMatchObject({ code: 0 });
    const { body } = await person.get(`/csv-data/uploads/${id}/?nocache=true`);
    expect(['processing', 'completed']).toContain(body.status);
    await service.addWorker();
    await expectExactRows(service, await person.untilFinal(id), expected);
  });

  it('is frozen until another has taken over commits nothing when it resumes', async () => {
    const person = await service.client.withAccount();
    const frozen = service.workers.at(-1)!;
    const id = await uploadAs(person);
    await untilBatches(service, id, 2);
    frozen.kill('SIGSTOP');
    await service.addWorker();
    const upload = await person.untilFinal(id);
    frozen.kill('SIGCONT');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await expectExactRows(
      service,
      { ...upload, ...(await person.get(`/csv-data/uploads/${id}/?nocache=true`)).body },
      expected,
    );
    expect(frozen.ending).toBeNull();
    await service.inbox.waitForExactly(1, ({ to, text }) => to.includes(person.email) && text.includes('killed.csv'));
    await frozen.stop();
  });
});

describe('a service that is stopped', () => {
  it('still has the upload after a restart', async () => {
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
