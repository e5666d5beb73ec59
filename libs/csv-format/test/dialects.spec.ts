import { describe, expect, it } from 'vitest';
import { detectDialect } from '../src/index.js';
import { loadDialectCorpus } from './dialect-corpus.js';

const corpus = loadDialectCorpus();

describe('the dialect of an awkward file', () => {
  it.each(corpus.map((file) => [file.name, file.expected.title, file] as const))(
    'is detected: %s, %s',
    (_name, _title, { content, expected }) => {
      const { dialect, header } = detectDialect(content);
      expect(dialect).toMatchObject(expected.dialect);
      if (expected.header) expect(header).toEqual(expected.header);
    },
  );

  it('is tested on at least 60 files, each with a title of its own', () => {
    expect(new Set(corpus.map(({ expected }) => expected.title)).size).toBe(corpus.length);
    expect(corpus.length).toBeGreaterThanOrEqual(60);
  });
});
