import { describe, expect, it } from 'vitest';
import { sniffMarkup } from './sniff-markup.js';

describe('a document that is not a table', () => {
  it.each([
    ['HTML page', '<!DOCTYPE html>\n<html><body>Not found</body></html>'],
    ['HTML page', '  \n<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>'],
    ['HTML page', '<table border="1"><tr><td>1</td></tr></table>'],
    ['XML document', '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?><Workbook>'],
    ['Rich Text document', '{\\rtf1\\ansi\\deff0 {\\fonttbl'],
  ])('is recognised by its beginning: %s', (format, text) => {
    expect(sniffMarkup(Buffer.from(text))).toEqual({ format });
    expect(sniffMarkup(Buffer.from(`\ufeff${text}`))).toEqual({ format });
    expect(sniffMarkup(Buffer.from(`\ufeff${text}`, 'utf16le'))).toEqual({ format });
  });

  it.each([
    '<b>bold</b>,1\n',
    '<5,>10\n1,2\n',
    '<tablet>,1\n',
    '<html,xml>\n1,2\n',
    '{"a": 1}\n',
    'id,body\n1,<html></html>\n',
    '',
  ])('is not recognised in %j', (text) => {
    expect(sniffMarkup(Buffer.from(text))).toBeNull();
  });
});
