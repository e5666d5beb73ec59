import { describe, expect, it } from 'vitest';
import type { DialectOptions } from '../model.js';
import { alternativeDialects } from './alternatives.js';
import { detectDialect } from './detect-dialect.js';

const alternatives = (text: string, options: DialectOptions = {}) => {
  const sample = Buffer.from(text);
  const verdict = detectDialect(sample, options);
  return { chosen: verdict.dialect, others: alternativeDialects(sample, options, true, verdict) };
};

describe('the alternatives of a dialect', () => {
  const CASES = ['a;b,c\n1;2,3\n4;5,6\n', 'x,y\nz,w\n', "it's,5\nthat's,6\n", 'id|n\n1|2\n', '1,2\n3,4\n'];

  it.each(CASES)('are ordered, no more likely than what was chosen, and other than it: %j', (text) => {
    const { chosen, others } = alternatives(text);
    expect(others.length).toBeGreaterThan(0);
    const confidences = others.map(({ confidence }) => confidence);
    expect(confidences).toEqual([...confidences].sort((a, b) => b - a));
    for (const { dialect, confidence } of others) {
      expect(confidence).toBeLessThanOrEqual(chosen.confidence);
      expect(dialect.confidence).toBe(confidence);
      expect({ ...dialect, confidence: 0 }).not.toEqual({ ...chosen, confidence: 0 });
    }
  });

  it('have another delimiter, no header, or other quotes', () => {
    const { chosen, others } = alternatives('a;b,c\n1;2,3\n4;5,6\n');
    const delimiters = [chosen.delimiter, ...others.map(({ dialect }) => dialect.delimiter)];
    expect(delimiters).toEqual(expect.arrayContaining([',', ';']));
    expect(others.some(({ dialect }) => dialect.has_header !== chosen.has_header)).toBe(true);
  });

  it('leave alone what is declared', () => {
    const declared: DialectOptions = { delimiter: ',', quote: '"', header: 'true' };
    expect(alternatives('a;b,c\n1;2,3\n4;5,6\n', declared).others).toEqual([]);
    expect(
      alternatives('a;b,c\n1;2,3\n4;5,6\n', { delimiter: ';' }).others.map(({ dialect }) => dialect.delimiter),
    ).toEqual(expect.not.arrayContaining([',']));
    expect(alternatives('').others).toEqual([]);
  });
});
