import type { Footer } from '../dialect/footer.js';
import { type CsvGrammar, firstLineBehind } from './grammar.js';
import { RecordReader } from './record-reader.js';
import { PositionTracker } from './text-position.js';

/** In a tail that begins within quotes, the first records differ from those of the file. After this many lines they are the same. */
const LINES_TO_AGREE = 20;

/**
 * The last records of a file, as the reader finds them, rejects included; all of them where there are no more. Blank lines and comments
 * are none.
 * @param tail the end of the file as UTF-8, at most up to the header @param count at least 1
 * @param isCut whether the tail begins within a line @param mayGrow whether a longer tail can be had
 * @returns null where a longer tail is needed
 */
export function lastRecords(
  tail: Buffer,
  grammar: CsvGrammar,
  count: number,
  isCut = false,
  mayGrow = isCut,
): Footer | null {
  const text = isCut ? tail.subarray(firstLineBehind(tail, grammar)) : tail;
  const starts = recordStarts(text, grammar);
  if (mayGrow && starts.length < count + LINES_TO_AGREE) return null;
  const first = Math.max(0, starts.length - count);
  return { text: text.subarray(starts[first] ?? text.length), records: starts.length - first };
}

function recordStarts(text: Buffer, grammar: CsvGrammar): number[] {
  const starts: number[] = [];
  const positions = new PositionTracker({ text: 0, byte: 0, line: 0 }, grammar, (_, from, to) => to - from);
  const sink = {
    record: (_cells: string[], start: number) => void starts.push(start),
    reject: (_code: string, start: { text: number }) => void starts.push(start.text),
  };
  const reader = new RecordReader({ grammar, sink, positions });
  reader.push(text);
  reader.end();
  return starts;
}
