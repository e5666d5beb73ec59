import { describe, expect, it } from 'vitest';
import { searchPrefilter } from './search-prefilter.js';

describe('the prefilter of a search', () => {
  it.each([
    ['Zurich', '%Zur_ch%', true],
    ['par', '%par%', true],
    ['Rosso', '%Rosso%', true],
    ['100%_\\', '%100\\%\\_\\\\%', false],
    ['AB-1234', '%-1234%', false],
    ['2024-01-05T', '%2024-01-05%', false],
    ['ä b c', '% b c%', true],
    ['müller', '%m_ller%', true],
    ['a_b%', '%a\\_b\\%%', true],
    ['iiKabc', '%abc%', true],
    ['😀abc', '%abc%', true],
    ['ab\u0003\u0002', '%ab\u0003\u0002%', true],
  ])('for %j is %j', (text, pattern, hasLetters) => {
    expect(searchPrefilter(text)).toEqual({ pattern, hasLetters });
  });

  it.each(['ab', 'kiki', 'Москва', '漢字', 'ikab', '', '%_'])('is left out for %j', (text) => {
    expect(searchPrefilter(text)).toBeNull();
  });
});
