import type { Connection, Submittable } from 'pg';

/** What pg's connection sends for "Close", of which its types do not know. */
type Closer = Connection & { close(what: { type: 'S'; name: string }): void };

/**
 * Closes a prepared statement on a client of pg by the protocol's message "Close", and not by the SQL command DEALLOCATE. PgBouncer from 1.21
 * on gives a statement a name of its own on each connection of the server: it translates the message, and passes SQL on as it is, so the
 * server would not know the name (SQLSTATE 26000). A name that nobody knows is no error for "Close".
 */
export class CloseStatement implements Submittable {
  /** Rejected when the connection is lost. */
  readonly done: Promise<void>;
  private resolve!: () => void;
  private reject!: (error: unknown) => void;

  constructor(private readonly statement: string) {
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  submit(connection: Connection): void {
    const { stream } = connection;
    stream.cork();
    (connection as Closer).close({ type: 'S', name: this.statement });
    connection.sync();
    stream.uncork();
  }

  handleReadyForQuery(): void {
    this.resolve();
  }

  handleError(error: Error): void {
    this.reject(error);
  }
}
