/**
 * How much of a file is sent for a preview. The service reads one MiB and needs a byte more to see that the file goes on. The rest is
 * for a gzipped file that hardly shrinks: its first MiB takes up to 0.03 % more than that.
 */
const HEAD_BYTES = 1024 * 1024 + 4096;

export const headOf = (file: Blob): Blob => file.slice(0, HEAD_BYTES);

/**
 * The lines of a file's head, unpacked if it is gzipped. The last one may be cut.
 * @returns no lines where the browser does not know the encoding
 */
export async function linesOfHead(head: Blob, encoding: string): Promise<string[]> {
  const decoder = decoderOf(encoding);
  if (!decoder) return [];
  return decoder.decode(await unpacked(head)).split(/\r\n|\n|\r/);
}

function decoderOf(encoding: string): TextDecoder | null {
  try {
    return new TextDecoder(encoding);
  } catch {
    return null;
  }
}

async function unpacked(head: Blob): Promise<Uint8Array> {
  const bytes = new Uint8Array(await head.arrayBuffer());
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const parts: Uint8Array[] = [];
  const reader = head.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    for (let length = 0; length < HEAD_BYTES; ) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      length += value.length;
    }
    await reader.cancel();
  } catch {
    // The head of a longer file ends in the middle. What was unpacked before is shown.
  }
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

/** A line of the file, with its number from 1. */
export interface NumberedLine {
  number: number;
  text: string;
}

const SHOWN_CHARACTERS = 200;

const shown = (text: string): string =>
  text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)} …` : text;

/** The line with this number, if it is in the head. */
export function lineOf(lines: readonly string[], number: number): NumberedLine | null {
  const text = lines[number - 1];
  return text === undefined ? null : { number, text: shown(text) };
}

/** The first lines that begin with the mark of comments. */
export function commentsOf(lines: readonly string[], mark: string, most = 20): NumberedLine[] {
  if (mark === '') return [];
  const found: NumberedLine[] = [];
  for (let at = 0; at < lines.length && found.length < most; at += 1) {
    if (lines[at]!.startsWith(mark)) found.push({ number: at + 1, text: shown(lines[at]!) });
  }
  return found;
}
