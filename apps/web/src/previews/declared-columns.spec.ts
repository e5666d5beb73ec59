import { describe, expect, it } from 'vitest';
import { NO_COLUMNS, sentColumns } from './declared-columns.js';

const found = [
  { key: 'city', name: 'City', position: 1, type: 'text' as const },
  { key: 'price_net', name: 'Price, "net"', position: 2, type: 'number' as const },
  { key: 'day', name: 'Day', position: 3, type: 'date' as const },
];

describe('the columns that a person told', () => {
  it('are no option while nothing was told', () => {
    expect(sentColumns({ ...NO_COLUMNS, found })).toEqual({});
    expect(sentColumns({ found, names: { 1: 'City' }, types: { 2: '' } })).toEqual({});
  });

  it('are all named when one gets another name, and quoted like cells', () => {
    expect(sentColumns({ found, names: { 1: 'Town' }, types: {} })).toEqual({ names: 'Town,"Price, ""net""",Day' });
  });

  it('keep their name when it was emptied', () => {
    expect(sentColumns({ found, names: { 1: '', 3: 'Date' }, types: {} }).names).toBe('City,"Price, ""net""",Date');
  });

  it('are typed by key, or by the name that they were given', () => {
    expect(sentColumns({ found, names: {}, types: { 2: 'text', 3: 'date' } })).toEqual({
      types: 'price_net:text,day:date',
    });
    expect(sentColumns({ found, names: { 3: 'Day, local' }, types: { 3: 'date' } }).types).toBe('"Day, local:date"');
  });
});
