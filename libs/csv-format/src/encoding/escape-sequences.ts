const ESCAPE = 0x1b;
/** Behind ESC: a switch to characters of two bytes. `$)C` is ISO-2022-KR, `$)A`, `$)G` and `$*H` ISO-2022-CN, the others ISO-2022-JP. */
const SWITCH = /^\x1b\$(?:[@B]|\([@BD]|\)[ACG]|\*H)/;
const SWITCH_BYTES = 4;
/** A coloured log has others by the million. */
const MOST_LOOKED_AT = 100_000;

/** Where the first escape sequence of ISO-2022 begins, and the encoding that has it; null without one. */
export function findEscapeSequence(bytes: Buffer): { at: number; encoding: string } | null {
  let looked = 0;
  for (let at = bytes.indexOf(ESCAPE); at >= 0 && looked < MOST_LOOKED_AT; at = bytes.indexOf(ESCAPE, at + 1)) {
    looked++;
    const [found] = SWITCH.exec(bytes.toString('latin1', at, at + SWITCH_BYTES)) ?? [];
    if (found !== undefined)
      return {
        at,
        encoding:
          found[2] === ')' && found[3] === 'C' ? 'ISO-2022-KR' : /[)*]/.test(found) ? 'ISO-2022-CN' : 'ISO-2022-JP',
      };
  }
  return null;
}

/**
 * Looks for the escape sequences of ISO-2022 in a stream. Japanese, Korean and Chinese mails, and files made of them, are in these encodings
 * of seven bits: they are ASCII to whoever knows no escape sequences, and the service does not read them.
 */
export class EscapeSequences {
  isFound = false;
  /** The last bytes, in which a sequence may have begun. */
  private tail: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): void {
    if (this.isFound || chunk.length === 0) return;
    const across = Buffer.concat([this.tail, chunk.subarray(0, SWITCH_BYTES - 1)]);
    this.isFound = findEscapeSequence(across) !== null || findEscapeSequence(chunk) !== null;
    this.tail = Buffer.from((chunk.length < SWITCH_BYTES ? across : chunk).subarray(1 - SWITCH_BYTES));
  }
}
