import { describe, expect, it } from 'vitest';
import { growth, LINEAR } from '../../../test/support/growth.js';
import { maskUrl } from './mask-url.js';

describe('an address in the log', () => {
  it.each([
    ['/a/?token=abc', '/a/?token=[redacted]'],
    ['/a/?x=1&access_token=abc&y=2', '/a/?x=1&access_token=[redacted]&y=2'],
    ['/a/?Authorization=Bearer%20abc', '/a/?Authorization=[redacted]'],
    ['/a/?password=a=b', '/a/?password=[redacted]'],
    ['/a/?new_password=a&user[password]=b', '/a/?new_password=[redacted]&user[password]=[redacted]'],
    ['/a/?%74oken=abc', '/a/?%74oken=[redacted]'],
    ['/a/?api-key=a&apikey=b&refresh_token=c', '/a/?api-key=[redacted]&apikey=[redacted]&refresh_token=[redacted]'],
    [`/a/?id=${'aB3-_'.repeat(8)}abc`, '/a/?id=[redacted]'],
    ['/a/?token', '/a/?token=[redacted]'],
    ['/a/?email=ada', '/a/?email=[redacted]'],
    ['/a/?search=ada%40example.org&to=ada@example.org', '/a/?search=[redacted]&to=[redacted]'],
    ['/a/?token=1?token=2', '/a/?token=[redacted]'],
    ['/a/?x=%40@b&y=a%40b.c@&z=@@a.b', '/a/?x=%40@b&y=[redacted]&z=[redacted]'],
  ])('shows no secret: %s', (url, masked) => {
    expect(maskUrl(url)).toBe(masked);
  });

  it.each(['%40', '@', 'a%40', '%', '.', '@.', '=', '&', '%40=%40&', '+', 'token'])(
    'is masked in time that is proportional to it, of %s',
    (unit) => {
      expect(growth((length) => maskUrl(`/a/?x=${unit.repeat(length)}`), 16_000)).toBeLessThan(LINEAR);
    },
  );

  it.each(['/a/', '/a/?page=2&search=Rome', '/a/?%=1&&=', '/a/?', '/a/?x=a.b@c&y=a.b%40c', '/a/?x=%40@'])(
    'is otherwise as it was: %s',
    (url) => {
      expect(maskUrl(url)).toBe(url);
    },
  );
});
