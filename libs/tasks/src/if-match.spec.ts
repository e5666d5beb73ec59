import { describe, expect, it } from 'vitest';
import { etagOf, versionCondition } from './if-match.js';

describe('If-Match', () => {
  it.each([
    [undefined, true],
    ['*', true],
    [' * ', true],
    ['"3"', true],
    ['"2"', false],
    ['"1", "3"', true],
    ['"1","2"', false],
    ['W/"3"', false],
    ['W/"3", "3"', true],
    ['3', false],
    ['"3', false],
    ['"3", *', false],
    ['nonsense, "3"', false],
    ['', false],
    [',', false],
    ['"33"', false],
  ])('%j allows a change of version 3: %s', (ifMatch, allowed) => {
    expect(versionCondition(ifMatch)(3)).toBe(allowed);
  });

  it('accepts the ETag of the current version', () => {
    expect(versionCondition(etagOf({ version: 12 }))(12)).toBe(true);
  });
});
