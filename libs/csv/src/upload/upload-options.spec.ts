import type { ValidationFailed } from '@app/problems';
import { describe, expect, it } from 'vitest';
import { changedOptions } from './upload-options.js';

const faultsOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as InstanceType<typeof ValidationFailed>).errors?.map(({ pointer }) => pointer);
  }
  return [];
};

describe('options of an upload', () => {
  it('are kept where nothing is said, replaced where something is, and taken back by auto', () => {
    const before = { delimiter: ';', encoding: 'windows-1252', skip: 3 };
    expect(changedOptions(before, { delimiter: 'tab', skip: 'auto', header: 'false' })).toEqual({
      delimiter: '\t',
      encoding: 'windows-1252',
      header: 'false',
    });
  });

  it('are none where nothing was ever said', () => {
    expect(changedOptions({}, { delimiter: undefined, header: 'auto', page: '1' })).toEqual({});
  });

  it('are refused with every fault named', () => {
    expect(faultsOf(() => changedOptions({}, { skip: '-1', decimal: 'x' }))).toEqual(['#/decimal', '#/skip']);
  });

  it('have a number of rejects as well', () => {
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

  it('are refused when a new one is at odds with one of before', () => {
    expect(faultsOf(() => changedOptions({ quote: "'" }, { delimiter: "'" }))).toEqual(['#/quote']);
    expect(faultsOf(() => changedOptions({ quote: "'" }, { delimiter: "'", quote: 'auto' }))).toEqual([]);
  });
});
