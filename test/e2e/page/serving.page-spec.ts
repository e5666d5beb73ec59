import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Service } from '../../support/service.js';

let service: Service;
beforeAll(async () => {
  service = await Service.start({ workers: 0 });
});
afterAll(() => service?.stop());

const get = (path: string, headers: Record<string, string> = {}) => fetch(service.api.url + path, { headers });
const HTML = { accept: 'text/html,application/xhtml+xml' };

describe('the address of the page', () => {
  it.each([
    '/',
    '/uploads',
    '/uploads/019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c/rows?sort_by=a',
    '/tasks/',
    '/reset-password',
  ])(
    '%s is the page for a browser, not stored without asking again, under a policy for its own files alone',
    async (path) => {
      const answer = await get(path, HTML);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(answer.headers.get('cache-control')).toBe('no-cache');
      const policy = answer.headers.get('content-security-policy')!;
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      const html = await answer.text();
      expect(html).toContain('<div id="root">');
      // No inline script or style, and nothing from elsewhere.
      expect(html).not.toMatch(/<script(?![^>]* src="\/assets\/)|<style|(?:src|href)="(?!\/assets\/)/);
    },
  );

  it('points others to page and documentation, and so does the root of the API', async () => {
    for (const path of ['/', '/api/v1/', '/api/v1']) {
      const answer = await get(path, { accept: '*/*' });
      expect([path, answer.status, await answer.json()]).toEqual([
        path,
        200,
        expect.objectContaining({ page: '/', documentation: '/api/docs/', openapi: '/api/openapi.json' }),
      ]);
    }
  });

  it.each([
    ['/uploads', { accept: 'application/json' }],
    ['/nothing', { accept: '*/*' }],
    ['/uploads/a/b/c', { accept: 'application/json' }],
    ['/api', HTML],
    ['/api/v1/nothing/', HTML],
    ['/assets/nothing.js', HTML],
    ['/assets/..%2findex.html', HTML],
    ['/assets/', HTML],
  ])('%s with %j is a problem', async (path, headers) => {
    const answer = await get(path, headers);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
  });
});

it.each(['/nothing', '/uploads/a/b/c', '/admin/nothing?a=text/html'])(
  '%s is the page too for a browser, with the status of an unknown address',
  async (path) => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await fetch(service.api.url + path, { method, headers: HTML });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(answer.headers.get('vary')).toContain('Accept');
      expect((await answer.text()).includes('<div id="root">')).toBe(method === 'GET');
    }
    const sent = await fetch(service.api.url + path, { method: 'POST', headers: HTML });
    expect([sent.status, sent.headers.get('content-type')]).toEqual([404, 'application/problem+json; charset=utf-8']);
  },
);

it('the files of the page are compressed, and stay for a year', async () => {
  const html = await (await get('/', HTML)).text();
  const [, script] = /src="(\/assets\/[^"]+\.js)"/.exec(html)!;
  const answer = await get(script!, { 'accept-encoding': 'br' });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(answer.headers.get('content-encoding')).toBe('br');
  expect(await answer.text()).toContain('createElement');
});
