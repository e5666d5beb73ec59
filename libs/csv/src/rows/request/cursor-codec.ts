import { createHmac, timingSafeEqual } from 'node:crypto';
import { InvalidCursor } from '@app/problems';
import { type RowSelection, selectionFingerprint } from './rows-query.js';

const ROW_NUMBER_BYTES = 8;
const MAC_BYTES = 16;

/**
 * Encodes the last row number of a page as a cursor. Rows of a completed upload never change, so the next page needs nothing else;
 * it reads the row's sort values again. A MAC binds the cursor to its upload and selection, so clients cannot make one.
 */
export class CursorCodec {
  /** @param secret known only to the server, equal in all its processes, different for each upload. */
  constructor(private readonly secret: string) {}

  encode(selection: RowSelection, rowNumber: number): string {
    const position = Buffer.alloc(ROW_NUMBER_BYTES);
    position.writeBigUInt64BE(BigInt(rowNumber));
    return Buffer.concat([position, this.mac(selection, position)]).toString('base64url');
  }

  /**
   * @returns the encoded row number.
   * @throws InvalidCursor
   */
  decode(selection: RowSelection, cursor: string): number {
    const bytes = Buffer.from(cursor, 'base64url');
    const position = bytes.subarray(0, ROW_NUMBER_BYTES);
    const mac = bytes.subarray(ROW_NUMBER_BYTES);
    if (mac.length !== MAC_BYTES || !timingSafeEqual(mac, this.mac(selection, position))) throw new InvalidCursor();
    return Number(position.readBigUInt64BE());
  }

  private mac(selection: RowSelection, position: Buffer): Buffer {
    return createHmac('sha256', this.secret)
      .update(position)
      .update(selectionFingerprint(selection))
      .digest()
      .subarray(0, MAC_BYTES);
  }
}
