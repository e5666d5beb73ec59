import { expect, it } from 'vitest';
import { securityHeaders } from './security-headers.js';

it('forbids browsers to sniff, frame or run data', async () => {
  const { data } = await securityHeaders();
  expect(data).toEqual({
    'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'strict-transport-security': expect.stringMatching(/^max-age=\d{8}; includeSubDomains$/),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
});

it('allows pages to load only their own assets, also over plain HTTP', async () => {
  const { document } = await securityHeaders();
  expect(document).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  expect(document['content-security-policy']).toContain("default-src 'self'");
  expect(document['content-security-policy']).not.toContain('upgrade-insecure-requests');
});

it('contains no header of a single response', async () => {
  for (const headers of Object.values(await securityHeaders())) {
    expect(Object.keys(headers).filter((name) => /^(content-(type|length)|date|connection)$/.test(name))).toEqual([]);
  }
});
