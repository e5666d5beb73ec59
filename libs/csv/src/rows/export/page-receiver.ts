import { NotFound } from '@app/problems';
import { ByteBuffer } from '../compose/byte-buffer.js';
import type { RowWriter } from '../compose/stored-rows.js';
import type { RowSource } from './row-source.js';

/** What is sent to the client in one go. */
const PIECE_BYTES = 128 * 1024;

// Where the values of a row stand, as COPY sends `place` (bigint) and `cells` (text): each behind its length of four bytes.
const PLACE_AT = 4;
const CELLS_LENGTH_AT = PLACE_AT + 8;
const CELLS_AT = CELLS_LENGTH_AT + 4;

/** One page of an export. Its rows are written as they arrive, so that there is no copy of what the server has sent. */
export class PageReceiver {
  /** Rows received so far. */
  rows = 0;
  /** Bytes of their cells, as they are stored. */
  cellBytes = 0;
  private readonly written: Buffer[] = [];
  private readonly out = new ByteBuffer(PIECE_BYTES + PIECE_BYTES / 4);

  /** @param from position of the first row */
  constructor(
    private readonly source: RowSource,
    private readonly from: number,
    private readonly writer: RowWriter,
  ) {}

  /**
   * Writes the row that stands in `message`.
   * @throws NotFound where a row is missing: rows of a completed upload are only deleted all together, so the upload is being deleted
   */
  readonly receive = (message: Buffer, at: number): void => {
    const place = message.readUInt32BE(at + PLACE_AT) * 2 ** 32 + message.readUInt32BE(at + PLACE_AT + 4);
    if (place !== this.source.placeAt(this.next)) throw new NotFound({ what: 'upload' });
    const length = message.readInt32BE(at + CELLS_LENGTH_AT);
    const start = at + CELLS_AT;
    this.writer.write(message, start, start + length, this.out);
    this.rows++;
    this.cellBytes += length;
    if (this.out.length >= PIECE_BYTES) this.written.push(this.out.take());
  };

  /** The position behind the last row. */
  get next(): number {
    return this.from + this.rows;
  }

  /** The rows as they are written, in pieces that end with a row. @throws NotFound where there is no row */
  pieces(): Buffer[] {
    if (this.rows === 0) throw new NotFound({ what: 'upload' });
    if (this.out.length > 0) this.written.push(this.out.take());
    return this.written;
  }
}
