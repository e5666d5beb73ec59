import { findByteOrderMark } from '../encoding/byte-order-mark.js';

/** How much of a file's beginning `sniffMarkup` looks at. */
const MARKUP_BYTES = 1024;

// "Export to Excel" buttons write all three under the names .xls and .csv.
const MARKUP: readonly { format: string; start: RegExp }[] = [
  { format: 'HTML page', start: /^<(!doctype\s+html|html|head|body|table)[\s>]/i },
  { format: 'XML document', start: /^<\?xml\s/i },
  { format: 'Rich Text document', start: /^\{\\rtf1\b/ },
];

/**
 * The format of a text file that is a document and not a table: HTML, XML or RTF, by how it begins after a byte order mark and white
 * space, in any encoding that keeps ASCII, or in UTF-16 or UTF-32 with a byte order mark; null for everything else. A table of one column whose first
 * cell is `<html>` would be taken for a page.
 */
export function sniffMarkup(head: Buffer): { format: string } | null {
  const text = asciiOf(head.subarray(0, MARKUP_BYTES)).trimStart();
  const found = MARKUP.find(({ start }) => start.test(text));
  return found ? { format: found.format } : null;
}

function asciiOf(head: Buffer): string {
  const mark = findByteOrderMark(head);
  const text = head.toString('latin1', mark?.length ?? 0);
  return mark === null || mark.encoding === 'utf-8' ? text : text.replaceAll('\0', '');
}
