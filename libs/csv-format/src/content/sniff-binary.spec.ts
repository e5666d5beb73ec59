import { deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sniffBinary } from './sniff-binary.js';

const bytes = (latin1: string): Buffer => Buffer.from(latin1, 'latin1');

/** A ZIP as a streaming writer makes it: sizes unknown in the local header, a descriptor behind the data. */
function zip(...entries: [name: string, content: string][]): Buffer {
  return Buffer.concat(
    entries.map(([name, content]) => {
      const stored = name === 'mimetype';
      const header = Buffer.alloc(30);
      header.write('PK\x03\x04', 'latin1');
      header.writeUInt16LE(stored ? 0 : 8, 6);
      header.writeUInt16LE(stored ? 0 : 8, 8);
      header.writeUInt16LE(Buffer.byteLength(name), 26);
      return Buffer.concat([
        header,
        Buffer.from(name),
        stored ? Buffer.from(content) : deflateRawSync(content),
        bytes('PK\x07\x08'),
        Buffer.alloc(12),
      ]);
    }),
  );
}

const OFFICE: [string, string][] = [
  ['[Content_Types].xml', '<Types/>'],
  ['_rels/.rels', '<Relationships/>'],
];

describe('a file that is not text is recognised by its content', () => {
  it.each<[string, Buffer]>([
    ['PNG image', bytes('\x89PNG\r\n\x1a\n\0\0\0\rIHDR')],
    ['JPEG image', bytes('\xff\xd8\xff\xe0\0\x10JFIF\0')],
    ['GIF image', bytes('GIF89a\x01\0\x01\0\x80\0\0')],
    ['TIFF image', bytes('II*\0\x08\0\0\0')],
    ['BMP image', bytes('BM\x36\x84\x03\0\0\0\0\0\x36\0')],
    ['WebP image', bytes('RIFF\x24\0\0\0WEBPVP8 ')],
    ['WAV audio', bytes('RIFF\x24\0\0\0WAVEfmt ')],
    ['MP3 audio', bytes('ID3\x03\0\0\0\0\x0f\x76')],
    ['MP4 or QuickTime media', bytes('\0\0\0\x20ftypisom\0\0\x02\0')],
    ['Matroska or WebM video', bytes('\x1a\x45\xdf\xa3\x9f')],
    ['PDF document', bytes('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n')],
    ['gzip archive', gzipSync('a,b\n1,2\n')],
    ['bzip2 archive', bytes('BZh91AY&SY\x01\x02')],
    ['bzip2 archive', bytes('BZh9\x17rE8P\x90\0\0\0\0')],
    ['xz archive', bytes('\xfd7zXZ\0\0\x04')],
    ['Zstandard archive', bytes('\x28\xb5\x2f\xfd\x04\x58')],
    ['7z archive', bytes('7z\xbc\xaf\x27\x1c\0\x04')],
    ['RAR archive', bytes('Rar!\x1a\x07\x01\0')],
    [
      'tar archive',
      Buffer.concat([bytes('data.csv'), Buffer.alloc(92), bytes('0000644\0'), Buffer.alloc(149), bytes('ustar\x0000')]),
    ],
    ['SQLite database', bytes('SQLite format 3\0\x10\0')],
    ['Microsoft Access database', bytes('\0\x01\0\0Standard ACE DB\0')],
    ['Office document, old or password-protected (.xls, .doc, …)', bytes('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0')],
    ['Parquet file', bytes('PAR1\x15\x04\x15\x10\x15\x14\x4c\x15')],
    ['Avro file', bytes('Obj\x01\x04\x14avro.codec')],
    ['Arrow file', bytes('ARROW1\0\0\xff\xff\xff\xff')],
    ['Arrow stream', bytes('\xff\xff\xff\xff\x78\x01\0\0\x10\0\0\0')],
    ['ORC file', bytes('ORC\x0a\x0b\x0a\x04\x08\x01\x18\x05')],
    ['HDF5 file', bytes('\x89HDF\r\n\x1a\n\0')],
    ['ELF executable', bytes('\x7fELF\x02\x01\x01\0')],
    ['Windows executable', bytes('MZ\x90\0\x03\0\0\0')],
    ['WebAssembly module', bytes('\0asm\x01\0\0\0')],
    ['Excel workbook (.xlsx)', zip(...OFFICE, ['xl/workbook.xml', '<workbook/>'])],
    ['Excel workbook (.xlsb)', zip(...OFFICE, ['xl/workbook.bin', '\0'])],
    [
      'Excel workbook (.xlsx)',
      zip(...OFFICE, ['xl/printerSettings/printerSettings1.bin', '\0'], ['xl/workbook.xml', '<workbook/>']),
    ],
    ['Word document (.docx)', zip(...OFFICE, ['word/document.xml', '<w/>'])],
    ['PowerPoint presentation (.pptx)', zip(...OFFICE, ['ppt/presentation.xml', '<p/>'])],
    ['Office Open XML document', zip(...OFFICE)],
    [
      'OpenDocument spreadsheet (.ods)',
      zip(['mimetype', 'application/vnd.oasis.opendocument.spreadsheet'], ['content.xml', '<o/>']),
    ],
    ['ZIP archive (of sales 2024.csv)', zip(['readme', 'x'], ['sales 2024.csv', 'a,b'])],
    ['ZIP archive', zip(['readme', 'x'])],
    ['ZIP archive', bytes(`PK\x05\x06${'\0'.repeat(18)}`)],
  ])('%s', (format, head) => {
    expect(sniffBinary(head)).toEqual({ format });
  });

  it('is a ZIP archive where the head of an .xlsx is too short', () => {
    expect(sniffBinary(zip(...OFFICE).subarray(0, 32))).toEqual({ format: 'ZIP archive' });
  });

  it('replaces unprintable characters in the names of entries', () => {
    expect(sniffBinary(zip(['a\x1b[31m\u202e.csv', 'x']))).toEqual({ format: 'ZIP archive (of a?[31m?.csv)' });
  });
});

describe('a table that begins like another format is text', () => {
  it.each([
    'PAR1,PAR2,PAR3\n1,2,3\n',
    'ORC,Name\n1,Azog\n',
    'ORC\n1\n',
    'MZ,Wert\n12,5\n',
    'BM,BN\n1,2\n',
    'BMW;Golf;Passat\n1;2;3\n',
    'GIF89a,width,height\nx,1,2\n',
    'GIF87a\n',
    'ID3,title,artist\n1,a,b\n',
    'RIFF,WAVE\n1,2\n',
    'BZh,x\n1,2\n',
    'Rar!,x\n1,2\n',
    'PK,name\n1,a\n',
    'PK\n1\n',
    '%PDF-, %DOC\n1,2\n',
    '%PDF-share,total\n1,2\n',
    'SQLite format 3,x\n1,2\n',
    '7z,rar,zip\n1,2,3\n',
    'abcdftypisom,x\n1,2\n',
    '12345678DUCK goes quack,1\n2,3\n',
    'FEA1,FEA2\n1,2\n',
    'Obj,Subj\n1,2\n',
    'fLaC,mp3\n1,2\n',
    `${'x'.repeat(257)}ustar,1\n`,
    '',
    'P',
  ])('%j', (text) => {
    expect(sniffBinary(Buffer.from(text))).toBeNull();
    expect(sniffBinary(Buffer.from(`\ufeff${text}`))).toBeNull();
    expect(sniffBinary(Buffer.from(`\ufeff${text}`, 'utf16le'))).toBeNull();
  });

  it('is text whatever its printable characters are', () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom('\n', '\t', ','), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 })),
      maxLength: 300,
    });
    fc.assert(fc.property(text, (given) => sniffBinary(Buffer.from(given)) === null || /^%PDF-\d\.\d\s/.test(given)));
  });
});
