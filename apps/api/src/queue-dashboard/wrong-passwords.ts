import { networkOf } from '@app/http';

const WINDOW_MS = 60_000;

/** As for an account of the API; see RATE_LIMIT_LOGIN_ACCOUNT_ADDRESS. */
const QUOTA = 20;

/** Counts wrong passwords by address, per minute and process. A right password is not counted: the dashboard sends one every few seconds. */
export class WrongPasswords {
  private counts = new Map<string, number>();
  private until = 0;

  constructor(private readonly now: () => number = Date.now) {}

  add(address: string): void {
    const network = networkOf(address);
    const count = this.of(network) + 1;
    this.counts.set(network, count);
  }

  /** Whether no more passwords of this address are looked at until the minute is over. */
  areTooMany(address: string): boolean {
    return this.of(networkOf(address)) >= QUOTA;
  }

  private of(network: string): number {
    if (this.now() >= this.until) {
      this.counts = new Map();
      this.until = this.now() + WINDOW_MS;
    }
    return this.counts.get(network) ?? 0;
  }
}
