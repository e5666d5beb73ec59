/** What a file is whose first bytes show that it is not delimited text. */
export interface BinaryFormat {
  /** For people: "PNG image", "Excel workbook (.xlsx)". */
  format: string;
}

/** How much of a file's beginning `sniffBinary` uses: the first few entries of a ZIP tell what it contains. */
export const SNIFF_BYTES = 64 * 1024;

interface Signature {
  format: string;
  /** latin1: one character is one byte. */
  magic: string;
  at?: number;
  /** For a magic that a table could begin with ("PAR1", "BM", "MZ"): a second condition. */
  confirm?: (head: Buffer) => boolean;
}

const isPrintable = (byte: number): boolean => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d);

/** Whether one of the bytes in `[from, to)` could not be in a text file. */
const holdsControlBytes =
  (from: number, to: number) =>
  (head: Buffer): boolean =>
    head.subarray(from, to).some((byte) => !isPrintable(byte));

const hasAt =
  (at: number, magic: string) =>
  (head: Buffer): boolean =>
    head.toString('latin1', at, at + magic.length) === magic;

// From the formats' own specifications and the tables of file(1).
const SIGNATURES: readonly Signature[] = [
  { format: 'PNG image', magic: '\x89PNG\r\n\x1a\n' },
  { format: 'JPEG image', magic: '\xff\xd8\xff' },
  { format: 'GIF image', magic: 'GIF87a', confirm: holdsControlBytes(6, 13) },
  { format: 'GIF image', magic: 'GIF89a', confirm: holdsControlBytes(6, 13) },
  { format: 'TIFF image', magic: 'II*\0' },
  { format: 'TIFF image', magic: 'MM\0*' },
  { format: 'BMP image', magic: 'BM', confirm: hasAt(6, '\0\0\0\0') },
  { format: 'WebP image', magic: 'RIFF', confirm: hasAt(8, 'WEBP') },
  { format: 'WAV audio', magic: 'RIFF', confirm: hasAt(8, 'WAVE') },
  { format: 'AVI video', magic: 'RIFF', confirm: hasAt(8, 'AVI ') },
  { format: 'MP3 audio', magic: 'ID3', confirm: holdsControlBytes(3, 10) },
  { format: 'Ogg media', magic: 'OggS\0' },
  { format: 'FLAC audio', magic: 'fLaC\0' },
  { format: 'MP4 or QuickTime media', magic: 'ftyp', at: 4, confirm: hasAt(0, '\0') },
  { format: 'Matroska or WebM video', magic: '\x1a\x45\xdf\xa3' },
  { format: 'PDF document', magic: '%PDF-', confirm: (head) => /^\d\.\d\s/.test(head.toString('latin1', 5, 9)) },
  { format: 'gzip archive', magic: '\x1f\x8b\x08' },
  {
    format: 'bzip2 archive',
    magic: 'BZh',
    confirm: (head) => /^[1-9](1AY&SY|\x17rE8P\x90)/.test(head.toString('latin1', 3, 10)),
  },
  { format: 'xz archive', magic: '\xfd7zXZ\0' },
  { format: 'Zstandard archive', magic: '\x28\xb5\x2f\xfd' },
  { format: 'LZ4 archive', magic: '\x04\x22\x4d\x18' },
  { format: 'Unix compress archive', magic: '\x1f\x9d' },
  { format: '7z archive', magic: '7z\xbc\xaf\x27\x1c' },
  { format: 'RAR archive', magic: 'Rar!\x1a\x07' },
  { format: 'tar archive', magic: 'ustar', at: 257, confirm: holdsControlBytes(90, 110) },
  { format: 'SQLite database', magic: 'SQLite format 3\0' },
  { format: 'DuckDB database', magic: 'DUCK', at: 8, confirm: holdsControlBytes(12, 20) },
  { format: 'Microsoft Access database', magic: '\0\x01\0\0Standard ' },
  { format: 'Office document, old or password-protected (.xls, .doc, …)', magic: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' },
  { format: 'Parquet file', magic: 'PAR1', confirm: holdsControlBytes(4, 12) },
  { format: 'Parquet file (encrypted)', magic: 'PARE', confirm: holdsControlBytes(4, 12) },
  { format: 'Avro file', magic: 'Obj\x01' },
  { format: 'Arrow file', magic: 'ARROW1\0\0' },
  { format: 'Arrow stream', magic: '\xff\xff\xff\xff', confirm: hasAt(6, '\0\0') },
  { format: 'Feather file', magic: 'FEA1', confirm: holdsControlBytes(4, 12) },
  { format: 'ORC file', magic: 'ORC', confirm: holdsControlBytes(3, 12) },
  { format: 'HDF5 file', magic: '\x89HDF\r\n\x1a\n' },
  { format: 'NumPy array', magic: '\x93NUMPY' },
  { format: 'Shapefile', magic: '\0\0\x27\x0a\0\0\0\0' },
  { format: 'ELF executable', magic: '\x7fELF' },
  { format: 'Windows executable', magic: 'MZ', confirm: holdsControlBytes(2, 24) },
  { format: 'Mach-O executable', magic: '\xcf\xfa\xed\xfe' },
  { format: 'Mach-O executable', magic: '\xfe\xed\xfa\xcf' },
  { format: 'Mach-O executable or Java class', magic: '\xca\xfe\xba\xbe' },
  { format: 'WebAssembly module', magic: '\0asm' },
];

// The document that an archive is, by the names of its first entries.
const ZIP_DOCUMENTS: readonly { format: string; entry: RegExp }[] = [
  // Printer settings are .bin in every workbook; only an .xlsb has its workbook and sheets so.
  { format: 'Excel workbook (.xlsb)', entry: /^xl\/(?:workbook|worksheets\/sheet\d+|styles|sharedStrings)\.bin$/ },
  { format: 'Excel workbook (.xlsx)', entry: /^xl\// },
  { format: 'Word document (.docx)', entry: /^word\// },
  { format: 'PowerPoint presentation (.pptx)', entry: /^ppt\// },
  { format: 'Office Open XML document', entry: /^\[Content_Types\]\.xml$/ },
  { format: 'Apple Numbers document', entry: /^Index\/.*\.iwa$/ },
  { format: 'Java archive', entry: /^META-INF\/MANIFEST\.MF$/ },
];

// OpenDocument and EPUB have an uncompressed entry `mimetype` first, so its text is at byte 38.
const ZIP_MIMETYPES: readonly { format: string; mimetype: string }[] = [
  { format: 'OpenDocument spreadsheet (.ods)', mimetype: 'application/vnd.oasis.opendocument.spreadsheet' },
  { format: 'OpenDocument text (.odt)', mimetype: 'application/vnd.oasis.opendocument.text' },
  { format: 'OpenDocument file', mimetype: 'application/vnd.oasis.opendocument.' },
  { format: 'EPUB book', mimetype: 'application/epub+zip' },
];

const ZIP_ENTRY = 'PK\x03\x04';
const ZIP_STARTS = [ZIP_ENTRY, 'PK\x05\x06', 'PK\x07\x08'];

/**
 * The format of a file that is not delimited text, by its first bytes; null for everything that may be text. `SNIFF_BYTES` are enough;
 * with fewer, an .xlsx may be just a "ZIP archive". The file's name plays no part.
 * A printable magic needs a second condition, or a table would be refused for its first word.
 */
export function sniffBinary(head: Buffer): BinaryFormat | null {
  if (ZIP_STARTS.some((start) => hasAt(0, start)(head))) return { format: zipFormat(head.subarray(0, SNIFF_BYTES)) };
  const found = SIGNATURES.find(({ magic, at = 0, confirm }) => hasAt(at, magic)(head) && (confirm?.(head) ?? true));
  return found ? { format: found.format } : null;
}

function zipFormat(head: Buffer): string {
  const entries = zipEntryNames(head);
  if (entries[0] === 'mimetype') {
    const mimetype = head.toString('latin1', 38, 38 + 80);
    const document = ZIP_MIMETYPES.find((known) => mimetype.startsWith(known.mimetype));
    if (document) return document.format;
  }
  const document = ZIP_DOCUMENTS.find(({ entry }) => entries.some((name) => entry.test(name)));
  if (document) return document.format;
  const table = entries.find((name) => /\.(csv|tsv|txt)$/i.test(name));
  return table ? `ZIP archive (of ${printable(table)})` : 'ZIP archive';
}

/** Names from the local file headers in the head. Sizes may be in a later descriptor, so the next entry is searched for. */
function zipEntryNames(head: Buffer): string[] {
  const names: string[] = [];
  for (let at = head.indexOf(ZIP_ENTRY, 0, 'latin1'); at >= 0 && at + 30 <= head.length; ) {
    const nameLength = head.readUInt16LE(at + 26);
    names.push(head.toString('utf8', at + 30, Math.min(at + 30 + nameLength, head.length)));
    at = head.indexOf(ZIP_ENTRY, at + 30, 'latin1');
  }
  return names;
}

const printable = (name: string): string => name.replace(/[\p{C}\ufffd]/gu, '?').slice(0, 80);
