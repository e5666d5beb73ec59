import { describe, expect, it } from 'vitest';
import { withDashes, withSuggestions } from './flags.js';

it.each([
  ['--skip_footer', '--skip-footer'],
  ['--skip_after_header=1', '--skip-after-header=1'],
  ['--null_values=a_b', '--null-values=a_b'],
  ['--json', '--json'],
  ['unit_price', 'unit_price'],
  ['unit_price=--a_b', 'unit_price=--a_b'],
  ['-o', '-o'],
])('%s on the command line is %s', (argument, flag) => {
  expect(withDashes(argument)).toBe(flag);
});

describe('a complaint about the command line', () => {
  const known = ['delimiter', 'skip', 'skip-footer', 'null-values', 'json'];

  it.each([
    ['Unknown argument: delimeter', ' Did you mean "--delimiter"?'],
    ['Unknown argument: footer-lines', ' Did you mean "--skip-footer"?'],
    ['Unknown argument: sep', ' Did you mean "--delimiter"?'],
    ['Unknown arguments: skiprows, na_values', ' Did you mean "--skip"? Did you mean "--null-values"?'],
    ['Unknown argument: zzzzzzz', ''],
  ])('%s: names the flags that were probably meant', (complaint, suggestion) => {
    expect(withSuggestions(complaint, known)).toBe(`${complaint}.${suggestion}`);
  });

  it('names each flag once, as it was written', () => {
    expect(withSuggestions('Unknown arguments: footer-lines, footerLines', known)).toBe(
      'Unknown argument: footer-lines. Did you mean "--skip-footer"?',
    );
  });

  it('stays as it is where it is about something else', () => {
    expect(withSuggestions('Not enough arguments', known)).toBe('Not enough arguments');
  });
});
