import { connect } from 'node:net';
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
    expect(await service.api.logged(of('Upload started'))).toMatchObject({ ...whose, announced_bytes: 18 });
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
      bytes: '{"json": true}'.length,
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

  it('tells how much of an upload has come when its client leaves, and when it has begun to come', async () => {
    const { port } = service.api;
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      [
        'POST /api/v1/csv-data/uploads/?filename=half.csv HTTP/1.1',
        'Host: localhost',
        `Authorization: Bearer ${person.token}`,
        'Content-Type: text/csv',
        'Content-Length: 50000',
        'X-Request-Id: upload-5',
        '',
        'a,b\r\n1,2\r\n',
      ].join('\r\n'),
    );
    const of = (msg: string) => (line: Record<string, unknown>) => line.msg === msg && line.request_id === 'upload-5';
    const started = await service.api.logged(of('Upload started'));
    expect(started).toMatchObject({ announced_bytes: 50_000 });
    socket.destroy();
    expect(await service.api.logged(of('Upload not received'))).toMatchObject({
      upload_id: started.upload_id,
      bytes: 10,
      seconds: expect.any(Number),
    });
  });

  it('does not repeat a traceparent that is none', async () => {
    const { body } = await send('a,b\n1,2\n', { 'x-request-id': 'upload-4', traceparent: 'x"y' });
    const line = await service.worker.logged(({ msg, upload_id }) => msg === 'Ingest started' && upload_id === body.id);
    expect(line).toMatchObject({ request_id: 'upload-4' });
    expect(line).not.toHaveProperty('traceparent');
  });

  it('tells who cancelled, retried and deleted an upload, by request id', async () => {
    const { body } = await send('a,b\n1,2\n1,2,3\n', {}, '?max_rejects=0');
    await person.untilFinal(body.id);
    const of = (msg: string) => (line: Record<string, unknown>) => line.msg === msg && line.upload_id === body.id;
    await service.worker.stop();
    const headers = (id: string) => ({ headers: { 'x-request-id': id } });
    await person.send('POST', `/csv-data/uploads/${body.id}/retry/`, headers('upload-6'));
    await person.send('POST', `/csv-data/uploads/${body.id}/cancel/`, headers('upload-7'));
    await person.send('DELETE', `/csv-data/uploads/${body.id}/`, headers('upload-8'));
    const { api } = service;
    expect(await api.logged(of('Upload retried'))).toMatchObject({ request_id: 'upload-6', was: 'failed', bytes: 14 });
    expect(await api.logged(of('Upload cancelled'))).toMatchObject({ request_id: 'upload-7', was: 'pending' });
    expect(await api.logged(of('Upload deleted'))).toMatchObject({ request_id: 'upload-8', was: 'cancelled' });
    // A refusal changes nothing, so it is none of these.
    expect((await person.send('DELETE', `/csv-data/uploads/${body.id}/`)).status).toBe(404);
    expect(api.log.filter(of('Upload deleted'))).toHaveLength(1);
  });
});
