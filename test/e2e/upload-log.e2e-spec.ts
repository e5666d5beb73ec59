import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../support/client.js';
import { Service } from '../support/service.js';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let service: Service;
let person: Client;
beforeAll(async () => {
  service = await Service.start({ env: { SMTP_URL: 'smtp://127.0.0.1:9' } });
  person = await service.client.withAccount();
});
afterAll(() => service?.stop());

const send = (body: string, headers: Record<string, string>, query = '') =>
  person.send('POST', `/csv-data/uploads/${query}`, { body, headers: { 'content-type': 'text/csv', ...headers } });

describe('the log', () => {
  it('follows an upload from the request through the worker to its mail, by request id and trace', async () => {
    const { body } = await send(
      'a,b\n1,2\n3,4\n5,6,7\n',
      { 'x-request-id': 'upload-1', traceparent: TRACE },
      '?max_rejects=1',
    );
    await person.untilFinal(body.id);
    const whose = { request_id: 'upload-1', traceparent: TRACE, upload_id: body.id };
    const of = (msg: string) => (line: Record<string, unknown>) => line.msg === msg && line.upload_id === body.id;
    expect(await service.api.logged(of('Upload received'))).toMatchObject({
      ...whose,
      bytes: 18,
      seconds: expect.any(Number),
    });
    expect(await service.worker.logged(of('Ingest started'))).toMatchObject({ ...whose, bytes: 18 });
    expect(await service.worker.logged(of('Ingest completed'))).toMatchObject({
      ...whose,
      bytes: 18,
      rows: 2,
      rejects: 1,
      seconds: expect.any(Number),
    });
    // The mail waits, because there is no mail server: a job that a job caused belongs to the same request.
    const mails = await service.sql.query(`SELECT context FROM outbox WHERE job = 'mail.send' AND context IS NOT NULL`);
    expect(mails).toContainEqual({ context: { request_id: 'upload-1', traceparent: TRACE } });
  });

  it('tells with a code why an upload was refused, or failed later', async () => {
    const refused = await send('{"json": true}', { 'x-request-id': 'upload-2' });
    expect(refused.status).toBe(422);
    expect(await service.api.logged((line) => line.msg === 'Upload not received')).toMatchObject({
      request_id: 'upload-2',
      code: 'csv_not_text',
    });
    const { body } = await send('a,b\n1,2\n1,2,3\n', { 'x-request-id': 'upload-3' }, '?max_rejects=0');
    await person.untilFinal(body.id);
    expect(await service.worker.logged((line) => line.msg === 'Ingest failed')).toMatchObject({
      request_id: 'upload-3',
      upload_id: body.id,
      code: 'too_many_rejects',
      rejects: 1,
    });
  });

  it('does not repeat a traceparent that is none', async () => {
    const { body } = await send('a,b\n1,2\n', { 'x-request-id': 'upload-4', traceparent: 'x"y' });
    const line = await service.worker.logged(({ msg, upload_id }) => msg === 'Ingest started' && upload_id === body.id);
    expect(line).toMatchObject({ request_id: 'upload-4' });
    expect(line).not.toHaveProperty('traceparent');
  });
});
