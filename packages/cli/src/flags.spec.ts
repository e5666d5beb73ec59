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

  it('says in plain words that something is missing', () => {
    expect(withSuggestions('Not enough non-option arguments: got 0, need at least 1', known)).toBe(
      'The command needs more, such as a file or an upload: --help behind it shows what it takes.',
    );
  });

  it('says how a file to write is given, where the command writes one', () => {
    const complaint = 'Unknown argument: rejects.csv';
    expect(withSuggestions(complaint, [...known, 'output'])).toBe(`${complaint}. The file to write is given by -o.`);
    expect(withSuggestions(complaint, known)).toBe(`${complaint}.`);
  });
});
