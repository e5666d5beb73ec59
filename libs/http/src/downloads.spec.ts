import { describe, expect, it } from 'vitest';
import { acceptsGzip, attachment, derivedName } from './downloads.js';

describe('the name of a download', () => {
  it.each([
    ['sales.csv', 'sales.rejects.csv'],
    ['sales.2026.txt', 'sales.2026.rejects.csv'],
    ['README', 'README.rejects.csv'],
    ['.csv', '.rejects.csv'],
  ])('of %s is %s', (original, name) => {
    expect(attachment(derivedName(original, 'rejects.csv'))).toBe(
      `attachment; filename="${name}"; filename*=UTF-8''${name}`,
    );
  });

  it('stays within the header and keeps every character in filename*', () => {
    expect(attachment(derivedName('a";\\ü%(1)\'*.csv', 'csv'))).toBe(
      `attachment; filename="a_;___(1)'*.csv"; filename*=UTF-8''a%22%3B%5C%C3%BC%25%281%29%27%2A.csv`,
    );
  });
});

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
  it('has a plain name in filename and in filename*', () => {
    expect(attachment('orders.csv')).toBe(`attachment; filename="orders.csv"; filename*=UTF-8''orders.csv`);
  });

  it('keeps every name within its quotes and its line', () => {
    expect(attachment('a"; b\\\r\nX: y%41\'(1)*.csv')).toBe(
      `attachment; filename="a_; b___X: y_41'(1)*.csv"; filename*=UTF-8''a%22%3B%20b%5C%0D%0AX%3A%20y%2541%27%281%29%2A.csv`,
    );
  });

  it('keeps other scripts in filename*, and replaces half a surrogate pair', () => {
    expect(attachment('été 漢.csv', 'été 漢.csv'.normalize('NFKD'))).toBe(
      `attachment; filename="e_te_ _.csv"; filename*=UTF-8''%C3%A9t%C3%A9%20%E6%BC%A2.csv`,
    );
    expect(attachment('a\ud800.csv')).toContain('%EF%BF%BD');
  });
});
