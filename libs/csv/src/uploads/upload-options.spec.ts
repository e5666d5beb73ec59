import type { ValidationFailed } from '@app/problems';
import { getMetadataStorage } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { UploadQueryDto } from './dto/upload-options.dto.js';
import { OPTION_SYNONYMS } from './option-synonyms.js';
import type { UnknownOption } from './upload.problems.js';
import { changedOptions, requireKnownOptions, UPLOAD_OPTION_NAMES } from './upload-options.js';

const faultsOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as InstanceType<typeof ValidationFailed>).errors?.map(({ pointer }) => pointer);
  }
  return [];
};

describe('changedOptions', () => {
  it('keeps absent options, replaces given ones, and removes those that are auto', () => {
    const before = { delimiter: ';', encoding: 'windows-1252', skip: 3 };
    expect(changedOptions(before, { delimiter: 'tab', skip: 'auto', header: 'false' })).toEqual({
      delimiter: '\t',
      encoding: 'windows-1252',
      header: 'false',
    });
  });

  it('returns no options if none were ever given', () => {
    expect(changedOptions({}, { delimiter: undefined, header: 'auto', page: '1' })).toEqual({});
  });

  it('rejects faulty options and names each', () => {
    expect(faultsOf(() => changedOptions({}, { skip: '-1', decimal: 'x' }))).toEqual(['#/decimal', '#/skip']);
  });

  it('reads max_rejects beside the options of the dialect', () => {
    expect(changedOptions({}, { max_rejects: '0' })).toEqual({ max_rejects: 0 });
    expect(changedOptions({ max_rejects: 3 }, { max_rejects: 'auto' })).toEqual({});
    for (const max_rejects of ['all', '99999999999', ['1', '2']]) {
      expect(faultsOf(() => changedOptions({}, { max_rejects }))).toEqual(['#/max_rejects']);
    }
    expect(faultsOf(() => changedOptions({}, { max_rejects: 'c', header: 'b', skip: 'a' }))).toEqual([
      '#/header',
      '#/skip',
      '#/max_rejects',
    ]);
  });

  it('rejects a new option that conflicts with an earlier one', () => {
    expect(faultsOf(() => changedOptions({ quote: "'" }, { delimiter: "'" }))).toEqual(['#/quote']);
    expect(faultsOf(() => changedOptions({ quote: "'" }, { delimiter: "'", quote: 'auto' }))).toEqual([]);
  });
});

describe('requireKnownOptions', () => {
  const refusalOf = (query: object) => {
    try {
      requireKnownOptions(query, ['filename']);
    } catch (error) {
      return error as InstanceType<typeof UnknownOption>;
    }
    throw new Error('It was not refused.');
  };

  it('takes every option, and what else the route takes', () => {
    const query = Object.fromEntries([...UPLOAD_OPTION_NAMES, 'filename'].map((name) => [name, '']));
    expect(() => requireKnownOptions(query, ['filename'])).not.toThrow();
    expect(() => requireKnownOptions({ filename: '' })).toThrow();
  });

  it.each([
    ['delimeter', 'delimiter'],
    ['skipfooter', 'skip_footer'],
    ['Header', 'header'],
    ['max_reject', 'max_rejects'],
    ['decimals', 'decimal'],
    ['footer_lines', 'skip_footer'],
    ['skiprows', 'skip'],
    ['skip_rows', 'skip'],
    ['preamble_lines', 'skip'],
    ['sep', 'delimiter'],
    ['separator', 'delimiter'],
    ['quotechar', 'quote'],
    ['na_values', 'null_values'],
    ['decimal_separator', 'decimal'],
    ['has_header', 'header'],
    ['charset', 'encoding'],
    ['zzzzzz', null],
  ])('names the nearest option to %s: %s', (given, nearest) => {
    const refusal = refusalOf({ [given]: '1' });
    expect(refusal).toMatchObject({ code: 'unknown_option', status: 400, extensions: { option: given, nearest } });
    if (nearest !== null) expect(refusal.detail).toContain(nearest);
  });

  it('knows no synonym that is itself an option, and none that means nothing', () => {
    const options = [...UPLOAD_OPTION_NAMES, 'filename'];
    const words = options.map((name) => name.replaceAll('_', ''));
    expect([...OPTION_SYNONYMS.keys()].filter((word) => words.includes(word) || !/^[a-z]+$/.test(word))).toEqual([]);
    expect([...OPTION_SYNONYMS.values()].flat().filter((name) => !options.includes(name))).toEqual([]);
  });

  it('shows a long name in part', () => {
    expect(refusalOf({ ['é'.repeat(5_000)]: '' }).extensions.option).toHaveLength(100);
  });

  it('knows the options that the documentation lists', () => {
    const documented = getMetadataStorage()
      .getTargetValidationMetadatas(UploadQueryDto, '', false, false)
      .map(({ propertyName }) => propertyName);
    expect([...new Set(documented)].sort()).toEqual([...UPLOAD_OPTION_NAMES, 'filename'].sort());
  });
});
