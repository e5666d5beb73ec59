import type { UploadProgress } from '@csv-tasks/client';
import { SingleBar } from 'cli-progress';
import { bytes, count, err } from './output.js';

/** A bar on the terminal for the bytes that go up, then for the rows that are read. Without a terminal nothing is drawn. */
export class UploadProgressView {
  private readonly bar: SingleBar | undefined;
  private readonly beganAt = performance.now();

  /** @param size in bytes; undefined for a pipe */
  constructor(
    private readonly name: string,
    private readonly size: number | undefined,
    stream: NodeJS.WriteStream = process.stderr,
  ) {
    if (!stream.isTTY) return;
    const format = `${err.bold('{name}')} ${err.cyan('{bar}')} {said}`;
    this.bar = new SingleBar({
      format,
      stream,
      barsize: 24,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      hideCursor: true,
      clearOnComplete: true,
      fps: 10,
    });
    // A small file is stored before the bar is drawn again, so its first picture has the size.
    this.bar.start(100, 0, { name, said: size === undefined ? 'sending' : `sending ${bytes(size)}` });
  }

  sent(sent: number): void {
    const rate = bytes(Math.round((sent * 1000) / Math.max(1, performance.now() - this.beganAt)));
    const of = this.size === undefined ? '' : ` of ${bytes(this.size)}`;
    const percent = this.size ? (100 * sent) / this.size : 0;
    this.bar?.update(percent, { name: this.name, said: `${bytes(sent)}${of}, ${rate}/s` });
  }

  reading({ progress, stage, processed_rows, rejected_rows, rows_per_second, eta_seconds }: UploadProgress): void {
    const rejects = rejected_rows > 0 ? err.yellow(`, ${count(rejected_rows)} rejected`) : '';
    const rate = rows_per_second ? `, ${count(rows_per_second)}/s` : '';
    const left = eta_seconds ? `, ${eta_seconds} s left` : '';
    const said = `${stage}: ${count(processed_rows)} rows${rejects}${rate}${left}`;
    this.bar?.update(progress, { name: this.name, said });
  }

  end(): void {
    this.bar?.stop();
  }
}
