import { CR, LF } from './grammar.js';

/** How many bytes of the file a stretch of text was decoded from. */
export type SourceLength = (text: Buffer, from: number, to: number) => number;

/** Tells how long the stretches of a text are in the file that it is decoded from, one after the other. */
export interface SourceCounter {
  /** The next bytes of the file. */
  push(chunk: Buffer): void;
  /** The file ends here. */
  end(): void;
  readonly length: SourceLength;
}

/**
 * The source of a text, counted by its line breaks: in the East Asian encodings 0A and 0D are no part of a longer character, whether it
 * decodes or not, so the line breaks of file and text are the same ones in the same order. The text itself does not tell its length in
 * the file: what does not decode is gone, and some characters have two forms.
 */
export class SyncedSource implements SourceCounter {
  /** The bytes from the last position on. */
  private rest: Buffer = Buffer.alloc(0);
  private isWhole = false;

  /** @param estimate of the length of a part of a line, whose end is not there yet @param toSkip bytes of the file before the text that is asked for */
  constructor(
    private readonly estimate: SourceLength,
    private toSkip: number,
  ) {}

  /** The next bytes of the file; they are copied. */
  push(chunk: Buffer): void {
    const skipped = Math.min(this.toSkip, chunk.length);
    this.toSkip -= skipped;
    this.rest = Buffer.concat([this.rest, chunk.subarray(skipped)]);
  }

  /** The file ends here. */
  end(): void {
    this.isWhole = true;
  }

  /** Of the stretch of text behind the last one that was asked for. Exact where it ends at a line break, behind one, or with the file. */
  readonly length: SourceLength = (text, from, to) => {
    let source = 0;
    let line = from;
    for (let at = from; at < to; at++) {
      if (!isBreak(text[at])) continue;
      source = this.nextBreak(source) + 1;
      line = at + 1;
    }
    if (line < to) {
      const end = this.nextBreak(source);
      const isEnd = isBreak(text[to]) || (this.isWhole && end === this.rest.length);
      source = isEnd ? end : Math.min(end, source + this.estimate(text, line, to));
    }
    source = Math.min(source, this.rest.length);
    this.rest = this.rest.subarray(source);
    return source;
  };

  private nextBreak(from: number): number {
    let at = from;
    while (at < this.rest.length && !isBreak(this.rest[at])) at++;
    return at;
  }
}

const isBreak = (byte: number | undefined): boolean => byte === LF || byte === CR;
