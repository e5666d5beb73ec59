import { describe, expect, it } from 'vitest';
import type { NoteCode } from './batches/record-notes.js';
import { noteWarning, warningsOf } from './load-warnings.js';

const CODES: NoteCode[] = [
  'short_records',
  'long_records',
  'literal_quotes',
  'bom_removed',
  'trimmed',
  'comment_lines',
];

describe('the sentence of a warning', () => {
  it.each(CODES)('has the number of %s, in the singular for one', (code) => {
    const said = (count: number) => noteWarning(code, { count, first_line: 5 }).message;
    expect(said(1)).toMatch(/\b1 (record|line)\b/);
    expect(said(1)).not.toMatch(/\b(records|lines|these)\b/);
    expect(said(2)).toMatch(/\b2 (records|lines)\b/);
  });

  it.each([
    [true, 1, 'the last record of'],
    [true, 2, 'the last 2 records of'],
    [false, 1, 'The last line stands'],
    [false, 3, 'The last 3 lines stand'],
  ])('counts a footer (by option: %s) of %d', (byOption, records, words) => {
    const footer = { by_option: byOption, records, lines: ['Total;9'] };
    const [warning] = warningsOf({ warnings: [], footer } as never, { notes: {}, lines: 10 } as never);
    expect(warning!.message).toContain(words);
  });
});
