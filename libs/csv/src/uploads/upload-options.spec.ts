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

  it('rejects a new option that conflicts with an earlier one', () => {
    expect(faultsOf(() => changedOptions({ quote: "'" }, { delimiter: "'" }))).toEqual(['#/quote']);
    expect(faultsOf(() => changedOptions({ quote: "'" }, { delimiter: "'", quote: 'auto' }))).toEqual([]);
  });
});
