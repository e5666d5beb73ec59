import { describe, expect, it } from 'vitest';
import { growth, LINEAR } from '../../../test/support/growth.js';
import { beginsFormula, escapeFormula, formulaEscaper } from './formulas.js';

describe('a text that a spreadsheet takes for a formula', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '＋1', '－1', '＠A1'])(
    'gets an apostrophe: %j',
    (text) => {
      expect(escapeFormula(text)).toBe(`'${text}`);
      expect(beginsFormula(Buffer.from(text), 0)).toBe(true);
    },
  );

  it.each(['', 'a=1', ' =1', "'=1", '1-1', 'é', '０'])('is not: %j', (text) => {
    expect(escapeFormula(text)).toBe(text);
    if (text !== '') expect(beginsFormula(Buffer.from(text), 0)).toBe(false);
  });
});

describe('the formulas in a raw record', () => {
  const escaped = (raw: string, delimiter = ',', quote = '"') =>
    formulaEscaper({ delimiter, quote })(Buffer.from(raw)).toString();

  it.each([
    ['=1,a,@b', "'=1,a,'@b"],
    ['a,"=1",b', 'a,"\'=1",b'],
    ['a,"\n=1",b', 'a,"\'\n\'=1",b'],
    ['a,"x\n=1",b', 'a,"x\n\'=1",b'],
    ['"unclosed,=1', '"unclosed,\'=1'],
    ['＝1,＠é', "'＝1,'＠é"],
    ['a,\t=1', "a,'\t=1"],
    ['-cmd|a,+1+1', "'-cmd|a,'+1+1"],
  ])('are escaped: %j', (raw, safe) => {
    expect(escaped(raw)).toBe(safe);
  });

  it.each(['-5,+3.25,"-1.000,5",-2e10', 'a=1,b-c,,', '', ' =1', '-5\r\n-6,-7'])('leave %j as it is', (raw) => {
    expect(escaped(raw)).toBe(raw);
  });

  it('are found behind the delimiter and the quote of the file', () => {
    expect(escaped("a\t=1\t'@b'", '\t', "'")).toBe("a\t'=1\t''@b'");
    expect(escaped('a||=1|-b', '||')).toBe("a||'=1|-b");
    expect(escaped('a;=1', ';', '')).toBe("a;'=1");
    expect(escaped('a\t\t=1', '\t')).toBe("a\t\t'=1");
  });

  it('leave bytes that are no text as they are', () => {
    const raw = Buffer.from([0xff, 0x2c, 0x3d, 0xfe]);
    expect(formulaEscaper({ delimiter: ',', quote: '"' })(raw)).toEqual(Buffer.from([0xff, 0x2c, 0x27, 0x3d, 0xfe]));
  });

  it.each(['1,', '1.', '-1,', '+1.', '"1",', '"-1', ',', '-', '1e1,', '＝', '"'])(
    'take time in proportion to a record of %j',
    (unit) => {
      expect(growth((length) => escaped(unit.repeat(length)), 24_000)).toBeLessThan(LINEAR);
    },
  );

  it('take time in proportion to the record', () => {
    const long = '=1,-'.repeat(16 * 1024) + '-1.'.repeat(16 * 1024);
    expect(escaped(long).length).toBeGreaterThan(long.length);
  });
});
