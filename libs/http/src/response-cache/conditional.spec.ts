import { describe, expect, it } from 'vitest';
import { noneMatchNames, strongEtag, weakEtag } from './conditional.js';

describe('an entity tag', () => {
  it('is the same for the same body and differs for another body', () => {
    expect(strongEtag('{"a":1}')).toBe(strongEtag('{"a":1}'));
    expect(strongEtag('{"a":1}')).not.toBe(strongEtag('{"a":2}'));
  });

  it('has the form that RFC 9110 gives it', () => {
    expect(strongEtag('')).toMatch(/^"[\w-]{22}"$/);
    expect(weakEtag('')).toMatch(/^W\/"[\w-]{22}"$/);
  });
});

describe('If-None-Match', () => {
  it.each([
    ['*', '"a"'],
    [' * ', 'W/"a"'],
    ['"a"', '"a"'],
    ['W/"a"', '"a"'],
    ['"a"', 'W/"a"'],
    ['"x", W/"a" ,"y"', '"a"'],
    ['"x","a"', '"a"'],
    ['"b,c", "a"', '"b,c"'],
    ['""', '""'],
  ])('%s names %s', (header, etag) => {
    expect(noneMatchNames(header, etag)).toBe(true);
  });

  it.each([
    [undefined, '"a"'],
    ['', '"a"'],
    ['"b"', '"a"'],
    ['a', '"a"'],
    ['"b,a"', '"a"'],
    ['"A"', '"a"'],
    ['"*"', '"a"'],
    ['"b" "', '" "'],
  ])('%s does not name %s', (header, etag) => {
    expect(noneMatchNames(header, etag)).toBe(false);
  });
});
