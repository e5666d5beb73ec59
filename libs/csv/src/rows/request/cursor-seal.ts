import { createHmac, timingSafeEqual } from 'node:crypto';
import { InvalidCursor } from '../rows.problems.js';
import { selectionFingerprint } from './fingerprint.js';
import type { RowSelection } from './rows-query.js';

const MAC_BYTES = 16;

/**
 * Makes cursors of row numbers and back. Rows never change, so the last row of a page is all that the next one needs to know: its
 * sort values are read again. The seal ties it to the upload and the selection; a cursor says nothing and cannot be made up.
 */
export class CursorSeal {
  /** @param secret known to the server only, the same in every process, another for each upload. */
  constructor(private readonly secret: string) {}

  seal(selection: RowSelection, rowNumber: number): string {
    const place = Buffer.alloc(8);
    place.writeBigUInt64BE(BigInt(rowNumber));
    return Buffer.concat([place, this.mac(selection, place)]).toString('base64url');
  }

  /**
   * @returns the row number that was sealed.
   * @throws InvalidCursor
   */
  open(selection: RowSelection, cursor: string): number {
    const bytes = Buffer.from(cursor, 'base64url');
    const place = bytes.subarray(0, 8);
    if (bytes.length !== 8 + MAC_BYTES || !timingSafeEqual(bytes.subarray(8), this.mac(selection, place))) {
      throw new InvalidCursor();
    }
    return Number(place.readBigUInt64BE());
  }

  private mac(selection: RowSelection, place: Buffer): Buffer {
    return createHmac('sha256', this.secret)
      .update(place)
      .update(selectionFingerprint(selection))
      .digest()
      .subarray(0, MAC_BYTES);
  }
}
