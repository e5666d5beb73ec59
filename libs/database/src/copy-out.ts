import type { Connection, Submittable } from 'pg';

/**
 * Receives one row: from `at` on, for each column the length of its value (four bytes, big-endian) and the value as the server sends
 * it in binary. `message` is valid during the call only: it belongs to the connection.
 */
export type ReceiveRow = (message: Buffer, at: number) => void;

/** The header of the format begins with a signature and flags. Here follows the length of its extension. */
const FLAGS_END = 15;
const FIELD_COUNT_BYTES = 2;
const END_OF_ROWS = -1;

/**
 * Executes `COPY … TO STDOUT (FORMAT binary)` on a client of pg, and gives each row to `receive` as it arrives. pg makes a text of each
 * value of an ordinary answer; here the bytes are read where the socket has put them. PostgreSQL sends each row in a message of its own,
 * the first one behind the header of the format ("COPY", Binary Format, in PostgreSQL's manual).
 */
export class CopyOut implements Submittable {
  /** Settled when the server has sent everything; rejected with the server's error. */
  readonly done: Promise<void>;
  private resolve!: () => void;
  private reject!: (error: unknown) => void;
  private isBehindHeader = false;
  private failure: { error: unknown } | null = null;

  constructor(
    private readonly statement: string,
    private readonly receive: ReceiveRow,
  ) {
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  submit(connection: Connection): void {
    connection.query(this.statement);
  }

  /** An error of `receive` must not reach pg, whose connection could not be used any more; what comes behind it is read and dropped. */
  handleCopyData({ chunk }: { chunk: Buffer }): void {
    if (this.failure) return;
    try {
      this.receiveMessage(chunk);
    } catch (error) {
      this.failure = { error };
    }
  }

  handleReadyForQuery(): void {
    this.resolve();
  }

  handleError(error: Error): void {
    this.reject(error);
  }

  handleCommandComplete(): void {}

  /** @throws what `receive` has thrown */
  throwIfFailed(): void {
    if (this.failure) throw this.failure.error;
  }

  private receiveMessage(message: Buffer): void {
    const at = this.isBehindHeader ? 0 : FLAGS_END + 4 + message.readInt32BE(FLAGS_END);
    this.isBehindHeader = true;
    if (message.readInt16BE(at) !== END_OF_ROWS) this.receive(message, at + FIELD_COUNT_BYTES);
  }
}
