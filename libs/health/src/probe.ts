import type { CheckDto } from './dto/health-report.dto.js';

export type Details = Record<string, string | number | boolean | null>;

/** A health report must take well under 100 ms, also when a part of the service hangs. */
const TIMEOUT_MS = 60;

/** Under load an answer may be late without a failure: for this long after a success, a late part counts as up, until it fails. */
const SUCCESS_COUNTS_FOR_MS = 3_000;

/** Checks one part of the service. */
export class Probe {
  private lastSuccess: { at: number; details: Details } | undefined;

  /** @param successCountsForMs more than the default for a part whose answer always takes longer than TIMEOUT_MS */
  constructor(
    private readonly ask: () => Promise<Details>,
    private readonly successCountsForMs = SUCCESS_COUNTS_FOR_MS,
  ) {}

  /** Never throws and takes at most TIMEOUT_MS. */
  async check(): Promise<CheckDto> {
    const startedAt = performance.now();
    const since = () => Math.round((performance.now() - startedAt) * 10) / 10;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), TIMEOUT_MS);
    });
    try {
      const details = await Promise.race([this.askAndRemember(), late]);
      if (details !== 'late') return { status: 'up', details, latency_ms: since() };
      if (this.lastSuccess && performance.now() - this.lastSuccess.at < this.successCountsForMs) {
        return { status: 'up', details: { ...this.lastSuccess.details, late: true }, latency_ms: since() };
      }
      return { status: 'down', details: { reason: `no answer within ${TIMEOUT_MS} ms` }, latency_ms: since() };
    } catch (error) {
      return { status: 'down', details: { reason: reasonOf(error) }, latency_ms: since() };
    } finally {
      clearTimeout(timer);
    }
  }

  private async askAndRemember(): Promise<Details> {
    try {
      const details = await this.ask();
      this.lastSuccess = { at: performance.now(), details };
      return details;
    } catch (error) {
      this.lastSuccess = undefined;
      throw error;
    }
  }
}

/** Thrown by a probe's function. Its message is public. */
export class Down extends Error {}

/** The health report is public, so it does not contain messages that may name hosts, paths or users. */
const reasonOf = (error: unknown): string => {
  if (error instanceof Down) return error.message;
  return (error as NodeJS.ErrnoException).code ?? 'failed';
};
