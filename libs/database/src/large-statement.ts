import pg, { type Connection, type Submittable } from 'pg';

/** A larger value is sent as it is, and not copied into the message. */
const LARGE_BYTES = 64 * 1024;

const BIND = 'B'.charCodeAt(0);
const TEXT = 0;
const BINARY = 1;
const NULL_LENGTH = -1;

/** How pg writes a value: as text, as bytes, or null. Its types do not know it. */
const { prepareValue } = (pg as unknown as { utils: { prepareValue(value: unknown): string | Buffer | null } }).utils;

const int16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
};
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

/**
 * The message "Bind" of PostgreSQL's protocol, for the statement and the portal without a name, in pieces: a large value is a piece of its
 * own, not copied.
 */
function bindPieces(values: readonly unknown[]): Buffer[] {
  const prepared = values.map((value) => {
    const plain = prepareValue(value);
    return typeof plain === 'string' ? { format: TEXT, bytes: Buffer.from(plain) } : { format: BINARY, bytes: plain };
  });
  const body = [
    Buffer.from([0, 0]),
    int16(prepared.length),
    ...prepared.map(({ format }) => int16(format)),
    int16(prepared.length),
    ...prepared.flatMap(({ bytes }) => (bytes === null ? [int32(NULL_LENGTH)] : [int32(bytes.length), bytes])),
    // All results as text.
    int16(0),
  ];
  const length = body.reduce((sum, { length }) => sum + length, 4);
  return joinSmall([Buffer.from([BIND]), int32(length), ...body]);
}

function joinSmall(parts: Buffer[]): Buffer[] {
  const pieces: Buffer[] = [];
  let small: Buffer[] = [];
  for (const part of parts) {
    if (part.length < LARGE_BYTES) {
      small.push(part);
      continue;
    }
    pieces.push(Buffer.concat(small), part);
    small = [];
  }
  return [...pieces, Buffer.concat(small)];
}

/**
 * Executes one statement with large values on a client of pg. pg copies all values of a statement into one new message: 4 MB for each
 * batch of rows, outside of V8's heap, where they are freed late.
 */
export class LargeStatement implements Submittable {
  /** How many rows the statement has inserted, changed or returned; rejected with the server's error. */
  readonly done: Promise<number>;
  private resolve!: (rows: number) => void;
  private reject!: (error: unknown) => void;
  private rows = 0;

  /** @param values must not change before `done` is settled */
  constructor(
    private readonly text: string,
    private readonly values: readonly unknown[],
  ) {
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  submit(connection: Connection): void {
    const { stream } = connection;
    stream.cork();
    connection.parse({ name: '', text: this.text, types: [] }, true);
    for (const piece of bindPieces(this.values)) stream.write(piece);
    connection.execute({ portal: '', rows: '0' }, true);
    connection.sync();
    stream.uncork();
  }

  handleCommandComplete({ text }: { text: string }): void {
    this.rows = Number(/\d+$/.exec(text)?.[0] ?? 0);
  }

  handleDataRow(): void {}

  handleReadyForQuery(): void {
    this.resolve(this.rows);
  }

  handleError(error: Error): void {
    this.reject(error);
  }
}
