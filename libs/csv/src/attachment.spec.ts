import { describe, expect, it } from 'vitest';
import { attachment } from './attachment.js';

describe('the name of a download', () => {
  it.each([
    ['sales.csv', 'sales.rejects.csv'],
    ['sales.2026.txt', 'sales.2026.rejects.csv'],
    ['README', 'README.rejects.csv'],
    ['.csv', '.rejects.csv'],
  ])('of %s is %s', (original, name) => {
    expect(attachment(original, 'rejects.csv')).toBe(`attachment; filename="${name}"; filename*=UTF-8''${name}`);
  });

  it('cannot break out of the header, and keeps every character for those who can read it', () => {
    expect(attachment('a";\\ü%(1)\'*.csv', 'csv')).toBe(
      `attachment; filename="a_;___(1)'*.csv"; filename*=UTF-8''a%22%3B%5C%C3%BC%25%281%29%27%2A.csv`,
    );
  });
});
