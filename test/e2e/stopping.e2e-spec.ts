import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../support/client.js';
import { Service } from '../support/service.js';

let service: Service;
beforeAll(async () => {
  service = await Service.start({ workers: 0, env: { SHUTDOWN_TIMEOUT_MS: '60000', STORAGE_SWEEP_MS: '2000' } });
});
afterAll(() => service?.stop());

describe('an api that stops', () => {
  it('does not wait for unused connections', async () => {
    const api = await service.addApi();
    const socket = connect(api.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    await fetch(`${api.url}/livez`);
    // The helper kills what takes longer than 20 s; the time limit of the process itself is a minute here.
    expect(await api.stop()).toEqual({ code: 0, signal: null });
    socket.destroy();
  });

  it('finishes a request in progress', async () => {
    const api = await service.addApi();
    const body = JSON.stringify({ email: `stopping-${Date.now()}@example.org`, password: 'violet-harbour-29-lamps' });
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const registering = request(`${api.url}/api/v1/auth/user/register/`, {
      method: 'POST',
      headers: { ...headers, expect: '100-continue' },
    });
    registering.flushHeaders();
    // The api has the request, and waits for its body.
    await once(registering, 'continue');
    const stopping = api.stop();
    registering.end(body);
    const [[response], ending] = await Promise.all([once(registering, 'response'), stopping]);
    response.resume();
    expect(response.statusCode).toBe(201);
    expect(ending).toEqual({ code: 0, signal: null });
  });

  it('closes the connection of a client that exceeds the time limit, and exits cleanly', async () => {
    const api = await service.addApi({ SHUTDOWN_TIMEOUT_MS: '500' });
    const person = await new Client(api.url).withAccount();
    const uploading = connect(api.port, '127.0.0.1');
    const cut = new Promise((resolve) => uploading.once('close', resolve));
    uploading.on('error', () => {});
    uploading.write(
      [
        'POST /api/v1/csv-data/uploads/ HTTP/1.1',
        'Host: localhost',
        `Authorization: Bearer ${person.token}`,
        'Content-Type: multipart/form-data; boundary=b',
        'Content-Length: 1000000',
        '',
        '--b',
        'Content-Disposition: form-data; name="file"; filename="slow.csv"',
        '',
        'a,b',
        '',
      ].join('\r\n'),
    );
    const dripping = setInterval(() => uploading.write('1,2\r\n'), 50);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await api.stop()).toEqual({ code: 0, signal: null });
    await cut;
    clearInterval(dripping);
    expect(await service.sql.query('SELECT 1 FROM csv_uploads')).toEqual([]);
    // Another api deletes the unfinished file at its next sweep.
    const uploads = join(service.env.DATA_DIR!, 'uploads');
    await expect.poll(() => readdirSync(uploads, { recursive: true }), { timeout: 10_000 }).toEqual(['.drafts']);
  });
});
