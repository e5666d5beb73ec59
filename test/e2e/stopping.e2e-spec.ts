import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Service } from '../support/service.js';

let service: Service;
beforeAll(async () => {
  service = await Service.start({ workers: 0, env: { SHUTDOWN_TIMEOUT_MS: '60000' } });
});
afterAll(() => service?.stop());

describe('an api that is told to stop', () => {
  it('does not wait for connections that nobody used', async () => {
    const api = await service.addApi();
    const socket = connect(api.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    await fetch(`${api.url}/livez`);
    // The helper kills what takes longer than 20 s; the time limit of the process itself is a minute here.
    expect(await api.stop()).toEqual({ code: 0, signal: null });
    socket.destroy();
  });

  it('finishes the request it is answering', async () => {
    const api = await service.addApi();
    const registering = fetch(`${api.url}/api/v1/auth/user/register/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: `stopping-${Date.now()}@example.org`, password: 'violet-harbour-29-lamps' }),
    });
    await api.logged(() => true);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const [response, ending] = await Promise.all([registering, api.stop()]);
    expect(response.status).toBe(201);
    expect(ending).toEqual({ code: 0, signal: null });
  });
});
