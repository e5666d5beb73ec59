import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * A value that belongs to one request or job, visible to everything that runs on its behalf.
 *
 * While an AsyncLocalStorage is enabled, Node before version 24 calls a JavaScript hook for every promise of the process, which is
 * a fifth of the cost of a cached GET. So the storage is disabled while no request or job uses it.
 */
export class AsyncContext<T> {
  private readonly storage = new AsyncLocalStorage<T>();
  private users = 0;

  /** The value of the request or job that the caller belongs to. */
  get current(): T | undefined {
    return this.users === 0 ? undefined : this.storage.getStore();
  }

  /** Runs `work` with a value until its promise settles. */
  async run<R>(value: T, work: () => Promise<R>): Promise<R> {
    this.users += 1;
    try {
      return await this.storage.run(value, work);
    } finally {
      this.leave();
    }
  }

  /** Keeps the value of the caller until the promise settles, also when the one who entered it leaves before: a client that breaks off. */
  async hold<R>(work: () => Promise<R>): Promise<R> {
    const { current } = this;
    return current === undefined ? work() : this.run(current, work);
  }

  /** The same for work whose end no promise tells: runs `work`, and returns a function to call once at the end. */
  enter(value: T, work: () => void): () => void {
    this.users += 1;
    this.storage.run(value, work);
    return () => this.leave();
  }

  private leave(): void {
    this.users -= 1;
    if (this.users === 0) this.storage.disable();
  }
}
