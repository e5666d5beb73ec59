import { describe, expect, it } from 'vitest';
import { inWords, offersOf, partsOf } from './option-words.js';

const told = (message: string) =>
  partsOf(message)
    .map((part) => (typeof part === 'string' ? part : `[${inWords(part)}]`))
    .join('');

describe('a message of the API', () => {
  it.each([
    ['leave it out with skip_footer=1.', 'leave it out with [Skip records of footer: 1].'],
    ['declare skip=0 and header=false.', 'declare [Skip lines above: 0] and [Header: no].'],
    ['Declare it with delimiter=.', 'Declare it with [Delimiter].'],
    ['Declare it with date_format=, such as DD/MM/YYYY.', 'Declare it with [Date format], such as DD/MM/YYYY.'],
    ['which is the limit that max_rejects sets.', 'which is the limit that [Max rejects] sets.'],
    [
      'The column "header=1" is text. Name it with null_values=.',
      'The column "header=1" is text. Name it with [Null values].',
    ],
    ['The header has 2 cells.', 'The header has 2 cells.'],
    ['names= has 2 names.', 'names= has 2 names.'],
  ])('names the fields of the page: %s', (message, expected) => expect(told(message)).toBe(expected));

  it.each([
    ['leave it out with skip_footer=2, which', [['Set Skip records of footer to 2', { skip_footer: '2' }]]],
    [
      'declare skip=0 and header=false.',
      [['Set Skip lines above to 0 and Header to no', { skip: '0', header: 'false' }]],
    ],
    [
      'Declare it with header=true or header=false.',
      [
        ['Set Header to yes', { header: 'true' }],
        ['Set Header to no', { header: 'false' }],
      ],
    ],
    ['Declare it with delimiter=.', []],
  ])('offers to set them: %s', (message, expected) =>
    expect(offersOf(message).map(({ words, options }) => [words, options])).toEqual(expected),
  );
});
