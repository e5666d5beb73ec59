import { afterEach, describe, expect, it, vi } from 'vitest';
import { bytes, count, printTable, Table } from './output.js';

it.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1_000, '1.0 kB'],
  [381_650_142, '381.7 MB'],
  [2_000_000_000_000_000, '2000.0 TB'],
])('%d bytes are shown as %s', (number, text) => {
  expect(bytes(number)).toBe(text);
});

it('large numbers have thousands marks', () => {
  expect(count(1_234_567)).toBe('1,234,567');
});

describe('a table', () => {
  const printed = () => {
    const lines: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
    return lines;
  };
  afterEach(() => vi.restoreAllMocks());

  it('has columns as wide as their cells', () => {
    const lines = printed();
    printTable(
      ['id', 'city'],
      [
        [1, 'Paris'],
        [1000, null],
      ],
    );
    expect(lines).toEqual(['id    city\n', '1     Paris\n', '1000\n']);
  });

  it('has any number of rows', () => {
    const lines = printed();
    printTable(
      ['row'],
      Array.from({ length: 200_000 }, (_, row) => [row]),
    );
    expect(lines).toHaveLength(200_001);
    expect(lines.at(-1)).toBe('199999\n');
  });

  it('holds no more rows than it needs to know the widths', () => {
    const lines = printed();
    const table = new Table(['row']);
    for (let row = 0; row < 1_500; row += 1) table.add([row]);
    expect(lines).toHaveLength(1_501);
    table.end();
    expect(lines).toHaveLength(1_501);
  });
});
