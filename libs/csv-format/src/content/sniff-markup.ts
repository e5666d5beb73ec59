import { findByteOrderMark } from '../encoding/byte-order-mark.js';

/** How much of a file's beginning tells its first tag. */
const MARKUP_BYTES = 1024;
/** JSON is told from text in brackets by more of it. */
const JSON_BYTES = 64 * 1024;
/** Lines that must be JSON each for a file to be NDJSON. */
const JSON_LINES = 20;

// "Export to Excel" buttons write all three under the names .xls and .csv.
const MARKUP: readonly { format: string; start: RegExp }[] = [
  { format: 'HTML page', start: /^<(!doctype\s+html|html|head|body|table)[\s>]/i },
  { format: 'XML document', start: /^<\?xml\s/i },
  { format: 'Rich Text document', start: /^\{\\rtf1\b/ },
];

/** An element that is alone at the beginning of a file, with a name space or attributes, or closed by the end: XML without its declaration. */
const XML_ELEMENT =
  /^(?:<!--[\s\S]*?-->\s*)*<([a-z_][\w.-]*(?::[\w.-]+)?)(?:\s+[a-z_:][\w:.-]*\s*=\s*["'][^"']*["'])*\s*\/?>\s*</i;

/**
 * The format of a text file that is a document and not a table, by how it begins after a byte order mark and white space, in any encoding
 * that keeps ASCII, or in UTF-16 or UTF-32 with a byte order mark; null for everything else. A table of one column whose first
 * cell is `<html>` would be taken for a page.
 * - HTML, XML and RTF by their first tag
 * - JSON where the whole file is one value, or its beginning is that of one; NDJSON where its first lines are objects or arrays of JSON
 *
 * @param head the first bytes of the file @param isWhole whether they are all of it
 */
export function sniffMarkup(head: Buffer, isWhole = head.length < JSON_BYTES): { format: string } | null {
  const text = asciiOf(head.subarray(0, JSON_BYTES)).trimStart();
  const start = text.slice(0, MARKUP_BYTES);
  const found = MARKUP.find((known) => known.start.test(start));
  if (found) return { format: found.format };
  if (/^<(?!\d)/.test(start) && XML_ELEMENT.test(start)) return { format: 'XML document' };
  const json = /^[[{]/.test(start) ? jsonFormat(text, isWhole) : null;
  return json === null ? null : { format: json };
}

function jsonFormat(text: string, isWhole: boolean): string | null {
  if (isWhole && isJson(text)) return formatOfJson(text);
  const lines = text.split(/\r\n|\n|\r/);
  // The last line may be cut off.
  const complete = (isWhole ? lines : lines.slice(0, -1)).map((line) => line.trim()).filter(Boolean);
  if (complete.length > 1 && complete.slice(0, JSON_LINES).every((line) => /^[[{]/.test(line) && isJson(line)))
    return /"type"\s*:\s*"Feature"/.test(complete[0]!) ? 'GeoJSON' : 'NDJSON';
  if (isWhole) return null;
  // The beginning of one value that goes on past the head, in pieces that only JSON has.
  return beginsAsJson(text) ? formatOfJson(text) : null;
}

const formatOfJson = (text: string): string =>
  /"type"\s*:\s*"(?:FeatureCollection|Feature|Topology)"/.test(text.slice(0, MARKUP_BYTES * 4)) ? 'GeoJSON' : 'JSON';

/** Whether it is an object or an array of JSON. `[1, 2]` is one, and no table that anybody has. */
function isJson(text: string): boolean {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed !== null && typeof parsed === 'object';
  } catch {
    return false;
  }
}

/** Whether the text reads as JSON up to its end: brackets, strings and marks where JSON has them, and a key or an object at the beginning. */
function beginsAsJson(text: string): boolean {
  if (!/^(?:\{\s*"(?:[^"\\]|\\.)*"\s*:|\[\s*[[{"\d-])/.test(text)) return false;
  const stack: string[] = [];
  const token = /\s+|[[\]{}]|[,:]|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null/y;
  for (let at = 0; at < text.length; at = token.lastIndex) {
    token.lastIndex = at;
    const [found] = token.exec(text) ?? [];
    // The last piece may be cut off; what follows a closed value is no part of it.
    if (found === undefined) return text.length - at < MARKUP_BYTES && stack.length > 0;
    if (found === '[' || found === '{') stack.push(found);
    else if (found === ']' || found === '}') stack.pop();
    else if (stack.length === 0 && found.trim() !== '') return false;
  }
  return stack.length > 0;
}

function asciiOf(head: Buffer): string {
  const mark = findByteOrderMark(head);
  const text = head.toString('latin1', mark?.length ?? 0);
  return mark === null || mark.encoding === 'utf-8' ? text : text.replaceAll('\0', '');
}
