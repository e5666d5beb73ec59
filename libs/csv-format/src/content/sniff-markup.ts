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

/** What may stand before the first tag. */
const COMMENTS = /^(?:<!--[\s\S]*?-->\s*)+/;
/** An element that is alone at the beginning of a file, with a name space or attributes, or closed by the end: XML without its declaration. */
const XML_ELEMENT = /^<([a-z_][\w.-]*(?::[\w.-]+)?)(?:\s+[a-z_:][\w:.-]*\s*=\s*["'][^"']*["'])*\s*\/?>\s*</i;

/**
 * The format of a text file that is a document and not a table, by how it begins after a byte order mark and white space, in any encoding
 * that keeps ASCII, or in UTF-16 or UTF-32 with a byte order mark; null for everything else. A table of one column whose first
 * cell is `<html>` would be taken for a page.
 * - HTML, XML and RTF by their first tag
 * - NDJSON where its first lines are objects or arrays of JSON; JSON where the file is one value or several, also with `NaN`, with a surplus
 *   comma, or cut off
 *
 * @param head the first bytes of the file @param isWhole whether they are all of it
 */
export function sniffMarkup(head: Buffer, isWhole = head.length < JSON_BYTES): { format: string } | null {
  const text = asciiOf(head.subarray(0, JSON_BYTES)).trimStart().replace(COMMENTS, '');
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
  if (readsAsJson(text, isWhole))
    return complete.length > 1 && isJson(complete[0]!.replace(/,$/, '')) ? 'NDJSON' : formatOfJson(text);
  return null;
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

/** An object with a key, alone, in an array or below a line of its own: no table begins so, even where the rest has faults. */
const OBJECT = /^\[?\s*\{\s*"(?:[^"\\]|\\.)*"\s*:/;
/** An array of arrays, texts or numbers. */
const ARRAY = /^\[\s*[[{"\d-]/;
const TOKEN =
  /\s+|[[\]{},:]|"(?:[^"\\]|\\.)*"|-?(?:\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|Infinity)|true|false|null|NaN|undefined/y;
/** A name without quotes, or a word that no JSON has, such as `None`. */
const WORD = /[A-Za-z_$][\w$.-]*/y;
/** What stands between two values: a line break, a comma before one, or nothing. */
const BETWEEN_VALUES = /(?:,?[ \t]*[\r\n]\s*)?(?=[[{])|,?\s*$/y;
/** The beginning of a token at the end of a text. */
const CUT_OFF = /^(?:"(?:[^"\\]|\\.)*\\?|-?\d*\.?|t(?:ru?)?|f(?:a(?:ls?)?)?|n(?:ul?)?)$/;

/**
 * Whether the text is made of what JSON is made of, up to its end, with brackets that close: values one below the other, or one that is
 * cut off.
 */
function readsAsJson(text: string, isWhole: boolean): boolean {
  const isObject = OBJECT.test(text);
  if (!isObject && !ARRAY.test(text)) return false;
  // A short list without its end may be a cell of a table.
  const mayBeCutOff = isObject || !isWhole || /^\[\s*[[{]/.test(text);
  const stack: string[] = [];
  for (let at = 0; at < text.length; ) {
    if (stack.length === 0 && at > 0) {
      const end = endOf(BETWEEN_VALUES, text, at);
      if (end === text.length) return true;
      if (end < 0 || !/[[{]/.test(text[end]!)) return false;
      at = end;
    }
    let end = endOf(TOKEN, text, at);
    if (end < 0 && isObject) end = endOf(WORD, text, at);
    if (end < 0) return mayBeCutOff && CUT_OFF.test(text.slice(at));
    const found = text[at]!;
    if (found === '[' || found === '{') stack.push(found);
    else if ((found === ']' || found === '}') && stack.pop() !== (found === ']' ? '[' : '{')) return false;
    at = end;
  }
  return stack.length === 0 || mayBeCutOff;
}

/** Where what a sticky expression finds at a place ends; -1 where it finds nothing. */
function endOf(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : -1;
}

function asciiOf(head: Buffer): string {
  const mark = findByteOrderMark(head);
  const text = head.toString('latin1', mark?.length ?? 0);
  return mark === null || mark.encoding === 'utf-8' ? text : text.replaceAll('\0', '');
}
