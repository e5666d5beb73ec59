import { describe, expect, it } from 'vitest';
import { acceptsGzip } from './accepts-gzip.js';
import { attachment } from './content-disposition.js';

describe('Accept-Encoding', () => {
  it.each([
    ['gzip', true],
    ['br, GZIP;q=0.5', true],
    ['*', true],
    ['identity, *;q=0.1', true],
    [undefined, false],
    ['', false],
    ['br', false],
    ['gzip;q=0', false],
    ['gzip; q=0.0, *', false],
    ['*;q=0', false],
    ['xgzip', false],
  ])('%s: gzip %s', (header, expected) => {
    expect(acceptsGzip(header)).toBe(expected);
  });
});

describe('Content-Disposition', () => {
  it('gives a plain name twice', () => {
    expect(attachment('orders.csv')).toBe(`attachment; filename="orders.csv"; filename*=UTF-8''orders.csv`);
  });

  it('lets no name out of its quotes or its line', () => {
    expect(attachment('a"; b\\\r\nX: y%41\'(1)*.csv')).toBe(
      `attachment; filename="a_; b___X: y_41'(1)*.csv"; filename*=UTF-8''a%22%3B%20b%5C%0D%0AX%3A%20y%2541%27%281%29%2A.csv`,
    );
  });

  it('keeps other scripts in the long form, and half a character in neither', () => {
    expect(attachment('été 漢.csv')).toBe(
      `attachment; filename="e_te_ _.csv"; filename*=UTF-8''%C3%A9t%C3%A9%20%E6%BC%A2.csv`,
    );
    expect(attachment('a\ud800.csv')).toContain('%EF%BF%BD');
  });
});
