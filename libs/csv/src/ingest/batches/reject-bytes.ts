import type { FileStore } from '@app/storage';
import type { RejectsPayload } from './batch.js';

/** Records that are at most this far apart are read at once, with what is between them. */
const MAX_GAP_BYTES = 64 * 1024;
/** One read takes at most this much, or one record. */
const MAX_READ_BYTES = 1024 * 1024;

/** Where a stored record stands in the file, and where its bytes go. */
interface Piece {
  offset: number;
  length: number;
  target: number;
}

/**
 * The bytes of a batch's rejects as they stand in the file, for `raws`. Only the text of UTF-8 is what the file holds: decoding loses what is
 * invalid, and another encoding's bytes could not be told from their text.
 */
export async function readRejectBytes(
  store: FileStore,
  storageKey: string,
  { facts }: RejectsPayload,
): Promise<Uint8Array> {
  const pieces = piecesOf(facts);
  const last = pieces.at(-1);
  const raws = Buffer.alloc(last ? last.target + last.length : 0);
  for (const together of neighbours(pieces)) {
    const start = together[0]!.offset;
    const end = endOf(together.at(-1)!);
    const bytes = end > start ? await readRange(store, storageKey, start, end) : Buffer.alloc(0);
    for (const { offset, length, target } of together) {
      bytes.copy(raws, target, offset - start, offset - start + length);
    }
  }
  return raws;
}

async function readRange(store: FileStore, storageKey: string, start: number, end: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of store.createReadStream(storageKey, { start, end: end - 1 })) parts.push(part);
  return Buffer.concat(parts);
}

const endOf = ({ offset, length }: Piece): number => offset + length;

/** RejectsPayload explains the numbers of a line. */
function piecesOf(facts: Uint8Array): Piece[] {
  const lines = Buffer.from(facts.buffer, facts.byteOffset, facts.byteLength).toString('latin1').split('\n');
  return lines.map((line) => {
    const [, , offset, , start, length] = line.split(' ').map(Number);
    return { offset: offset!, length: length!, target: start! - 1 };
  });
}

function neighbours(pieces: readonly Piece[]): Piece[][] {
  const groups: Piece[][] = [];
  for (const piece of pieces) {
    const group = groups.at(-1);
    const isNear =
      group !== undefined &&
      piece.offset - endOf(group.at(-1)!) <= MAX_GAP_BYTES &&
      endOf(piece) - group[0]!.offset <= MAX_READ_BYTES;
    if (isNear) group.push(piece);
    else groups.push([piece]);
  }
  return groups;
}
