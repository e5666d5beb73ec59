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

  it.each<[string, string]>([
    ['JSON', '{"error":"not found"}'],
    ['JSON', '[{"a": 1}, {"a": 2}]\n'],
    ['JSON', '[1, 2, 3]'],
    ['JSON', `{\n  "rows": [\n${'    [1, "x, y"],\n'.repeat(10_000)}    []]}`],
    ['JSON', `[${'{"a": 1, "b": "c"},'.repeat(10_000)}{}]`],
    ['NDJSON', '{"a":1,"b":2}\n{"a":3,"b":4}\n'],
    ['NDJSON', '{"a":1}\r\n\r\n{"a":[2]}'],
    ['NDJSON', '{"a":1,"b":"x, y"}\n'.repeat(10_000)],
    ['NDJSON', '[1,"a"]\n[2,"b"]\n'],
    ['GeoJSON', '{"type":"FeatureCollection","features":[]}'],
    ['GeoJSON', '{"type": "Feature", "geometry": null}\n{"type": "Feature", "geometry": null}\n'],
    ['XML document', '<rows>\n<row a="1"/>\n</rows>'],
    ['XML document', '<!-- made --><kml xmlns="http://www.opengis.net/kml/2.2"><Document/></kml>'],
    ['HTML page', '<!doctype html><title>x</title>'],
    ['HTML page', '<!-- saved from url=(0014)about:internet -->\n<!DOCTYPE html>\n<html></html>'],
    ['HTML page', `<!-- ${'x'.repeat(5_000)} --><!-- y --><html><body>`],
    ['XML document', '<!-- made --><?xml version="1.0"?><rows/>'],
    ['JSON', '{"a": NaN, "b": -Infinity}'],
    ['JSON', '[{"a": 1}, {"a": 2},]'],
    ['JSON', '{"rows": [{"a": 1}, {"a": 2}'],
    ['JSON', '{"rows": [{"a": 1}, {"a": "cut o'],
    ['JSON', '[{"a": 1, "b": tru'],
    ['JSON', '{\n  "a": 1\n}\n{\n  "a": 2\n}\n'],
    ['JSON', '{"a": 1}{"a": 2}'],
    ['JSON', '{"a": None, b: 2}'],
    ['NDJSON', '{"a": 1},\n{"a": 2},\n'],
    ['NDJSON', '{"a": 1}\n{"a": NaN}\n{"a": 3}\n'],
    ['NDJSON', '{"a": 1}\n{"a": 2}\n{"a": 3, "b": "cut o'],
    ['GeoJSON', '{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"x": NaN}}]}'],
  ])('is recognised by all of its text: %s, %j', (format, text) => {
    expect(sniffMarkup(Buffer.from(text))).toEqual({ format });
    expect(sniffMarkup(Buffer.from(`\ufeff${text}`))).toEqual({ format });
  });

  it.each([
    '{a,b}\n1,2\n',
    '{"a": 1},x\n{"b": 2},y\n',
    '[1,2],3\n[4,5],6\n',
    '[id],[name]\n1,Ann\n',
    '[1,2),a\n[3,4),b\n',
    '[1,2\n3,4\n',
    '["a", "b\n1,2\n',
    '["a"],["b"]\n[1],[2]\n',
    '{"a": 1}\t{"b": 2}\n{"a": 3}\t{"b": 4}\n',
    '{"a": 1} | 5\n{"a": 2} | 6\n',
    '{"a": 1}\n1\n',
    '<!-- a,b\n1,2\n',
    '<!-- note -->\nid,name\n1,Ann\n',
    '[id]\n1\n',
    '{id};{name}\n1;Ann\n',
    `{"a":1}\tx\n${'{"a":1}\ty\n'.repeat(10_000)}`,
    `[x], "y"\n${'[1], "z"\n'.repeat(10_000)}`,
    '<a>,<b>\n1,2\n',
    '<1,>2\n',
    '<id>\n1\n',
    '<b>bold</b>,1\n',
    '<5,>10\n1,2\n',
    '<tablet>,1\n',
    '<html,xml>\n1,2\n',
    'id,body\n1,<html></html>\n',
    '',
  ])('is not recognised in %j', (text) => {
    expect(sniffMarkup(Buffer.from(text))).toBeNull();
  });
});
