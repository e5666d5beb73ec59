import { expect, it } from 'vitest';
import { securityHeaders } from './security-headers.js';

it('data may be sniffed, framed and run by nobody', async () => {
  const { data } = await securityHeaders();
  expect(data).toEqual({
    'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'strict-transport-security': expect.stringMatching(/^max-age=\d{8}; includeSubDomains$/),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
});

it('pages load nothing from elsewhere, and over plain http too', async () => {
  const { document } = await securityHeaders();
  expect(document).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  expect(document['content-security-policy']).toContain("default-src 'self'");
  expect(document['content-security-policy']).not.toContain('upgrade-insecure-requests');
});

it('says nothing that belongs to a single answer', async () => {
  for (const headers of Object.values(await securityHeaders())) {
    expect(Object.keys(headers).filter((name) => /^(content-(type|length)|date|connection)$/.test(name))).toEqual([]);
  }
});
