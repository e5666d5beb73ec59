import { describe, expect, it } from 'vitest';
import { requestId } from './request-ids.js';

const idFor = (sent?: string | string[]) => requestId({ headers: { 'x-request-id': sent } } as never);

describe('a request id', () => {
  it.each(['abc', 'a:b/c.d=e@f+g-h_i', 'x'.repeat(128)])('is kept when it is well-formed: %s', (sent) => {
    expect(idFor(sent)).toBe(sent);
  });

  it.each([undefined, '', 'a b', 'a\nb', 'ä', '<x>', 'x'.repeat(129), ['a', 'b']])('is replaced for %j', (sent) => {
    expect(idFor(sent)).toMatch(/^[0-9a-f-]{36}$/);
  });
});
