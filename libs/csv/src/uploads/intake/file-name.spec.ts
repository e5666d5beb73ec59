import { describe, expect, it } from 'vitest';
import { displayName, fieldNameOf, fileNameOf, unpackedName } from './file-name.js';

/** A header as it arrives: one character for each byte. */
const arrived = (header: string, encoding: BufferEncoding = 'utf8') => Buffer.from(header, encoding).toString('latin1');
const nameIn = (header: string) => displayName(fileNameOf(header));

describe('the file name in a Content-Disposition', () => {
  it.each([
    ['curl', 'form-data; name="file"; filename="sales.csv"', 'sales.csv'],
    ['curl, a quote and a backslash', 'form-data; name="file"; filename="a\\"b\\\\c.csv"', 'c.csv'],
    ['curl, a quote', 'form-data; name="file"; filename="a\\"b.csv"', 'a"b.csv'],
    ['curl 7.81, a quote', 'form-data; name="file"; filename="a%22b.csv"', 'a"b.csv'],
    ['Chrome, UTF-8', 'form-data; name="file"; filename="Größe – 表.csv"', 'Größe – 表.csv'],
    ['Firefox, a line break', 'form-data; name="file"; filename="a%0D%0Ab.csv"', 'ab.csv'],
    ['a browser, a percent sign', 'form-data; name="file"; filename="100%25 of %E4.csv"', '100%25 of %E4.csv'],
    ['Internet Explorer, a path', 'form-data; name="file"; filename="C:\\Users\\ann\\new.csv"', 'new.csv'],
    ['a path that ends in a backslash', 'form-data; name="file"; filename="C:\\data\\"', 'upload.csv'],
    ['a share', 'form-data; name="file"; filename="\\\\server\\share\\t.csv"', 't.csv'],
    ['a semicolon and an equals sign', 'form-data; name="file"; filename="a; filename=b.csv"', 'a; filename=b.csv'],
    ['python requests, ASCII', 'form-data; name="file"; filename="table.csv"', 'table.csv'],
    ['urllib3 1.24', 'form-data; name="file"; filename*=utf-8\'\'na%C3%AFve.csv', 'naïve.csv'],
    ['axios with form-data', 'form-data; name="file"; filename="données.csv"', 'données.csv'],
    ['Postman', 'form-data; name="file"; filename="dữ liệu.csv"', 'dữ liệu.csv'],
    [
      'Postman, both forms',
      'form-data; name="file"; filename="d_ li_u.csv"; filename*=UTF-8\'\'d%E1%BB%AF%20li%E1%BB%87u.csv',
      'dữ liệu.csv',
    ],
    ['.NET, without quotes', 'form-data; name=file; filename=table.csv', 'table.csv'],
    [
      '.NET, an encoded word and the extended form',
      'form-data; name=file; filename="=?utf-8?B?R3LDtsOfZS5jc3Y=?="; filename*=utf-8\'\'Gr%C3%B6%C3%9Fe.csv',
      'Größe.csv',
    ],
    ['.NET, an encoded word', 'form-data; name=file; filename="=?utf-8?B?R3LDtsOfZS5jc3Y=?="', 'Größe.csv'],
    ['Java Mail, Q', 'form-data; name="file"; filename="=?ISO-8859-1?Q?Gr=F6=DFe_1.csv?="', 'Größe 1.csv'],
    [
      'Java Mail, two words that share a character',
      'form-data; name="file"; filename="=?UTF-8?Q?Gr=C3?= =?UTF-8?Q?=B6=C3=9Fe.csv?="',
      'Größe.csv',
    ],
    ['Java Mail, a word in the middle', 'form-data; name="file"; filename="x =?UTF-8?Q?=C3=B6?= y.csv"', 'x ö y.csv'],
    ['Apache HttpClient', 'form-data; name="file"; filename="a.csv"', 'a.csv'],
    [
      'RFC 2231, continued and encoded',
      'attachment; filename*0*=UTF-8\'\'Gr%C3%B6; filename*1*=%C3%9Fe; filename*2=" 1.csv"',
      'Größe 1.csv',
    ],
    ['RFC 2231, continued', 'attachment; filename*1="les.csv"; filename*0="sa"', 'sales.csv'],
    ['RFC 5987, latin-1', "attachment; filename*=iso-8859-1'en'%A3%20rates.csv", '£ rates.csv'],
    ['RFC 5987 first, then plain', 'attachment; filename*=UTF-8\'\'b.csv; filename="a.csv"', 'b.csv'],
    ['RFC 5987 in quotes', 'attachment; filename*="UTF-8\'\'b%20c.csv"', 'b c.csv'],
    ['RFC 5987 in an unknown charset', "attachment; filename*=klingon''b.csv; filename=a.csv", 'a.csv'],
    ['RFC 5987 with invalid bytes', "attachment; filename*=UTF-8''%FF.csv; filename=a.csv", 'a.csv'],
    ['an extended form without a charset', 'attachment; filename*=a.csv', 'a.csv'],
    ['upper case and blanks', 'Attachment ; FILENAME = "a.csv"', 'a.csv'],
    ['a missing quote at the end', 'form-data; name="file"; filename="a.csv', 'a.csv'],
    ['no type', 'filename="a.csv"', 'a.csv'],
    ['an empty name', 'form-data; name="file"; filename=""', 'upload.csv'],
    ['no name', 'form-data; name="file"', 'upload.csv'],
  ])('from %s', (_, header, expected) => {
    expect(nameIn(arrived(header))).toBe(expected);
  });

  it('is windows-1252 where its bytes are not UTF-8', () => {
    expect(nameIn(arrived('form-data; filename="M\xfcller \x80.csv"', 'latin1'))).toBe('Müller €.csv');
  });

  it('is undefined where the header has none, and apart from the name of the field', () => {
    expect(fileNameOf('form-data; name="file"')).toBeUndefined();
    expect(fieldNameOf('form-data; filename="x; name=y"; name="file"')).toBe('file');
  });
});

describe('the name to show', () => {
  it.each([
    ['/tmp/data.csv', 'data.csv'],
    ['..', 'upload.csv'],
    ['  .csv  ', '.csv'],
    ['a\u202egpj.csv', 'agpj.csv'],
    ['\u200f\u2067שלום\u2069.csv', 'שלום.csv'],
    ['a\u0000\u001b[31m\u0085b.csv', 'a[31mb.csv'],
    ['\ufeffa\u2028.csv', 'a.csv'],
    ['نامه\u200cها.csv', 'نامه\u200cها.csv'],
    ['\ud800.csv', '\ufffd.csv'],
    ['😀'.repeat(300), '😀'.repeat(255)],
    [undefined, 'upload.csv'],
  ])('of %j is %j', (sent, shown) => {
    expect(displayName(sent)).toBe(shown);
  });

  it.each([
    ['sales.csv.gz', 'sales.csv'],
    ['sales.CSV.GZ', 'sales.CSV'],
    ['sales.gzip', 'sales'],
    ['sales.csv', 'sales.csv'],
    ['.gz', 'upload.csv'],
  ])('of the unpacked %j is %j', (packed, name) => {
    expect(unpackedName(packed)).toBe(name);
  });
});
