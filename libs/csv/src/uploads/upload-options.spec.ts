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

  it('are refused when a new one is at odds with one of before', () => {
    expect(faultsOf(() => changedOptions({ quote: "'" }, { delimiter: "'" }))).toEqual(['#/quote']);
    expect(faultsOf(() => changedOptions({ quote: "'" }, { delimiter: "'", quote: 'auto' }))).toEqual([]);
  });
});
