import type { CheckDto } from './dto/health-report.dto.js';

export type Details = Record<string, string | number | boolean | null>;

/** A report is due in well under 100 ms, also when something hangs. */
const PATIENCE_MS = 60;

/** An answer that is late under load is not one that fails to come: for so long the last success speaks for it. */
const TRUST_MS = 3_000;

/** Asks one part of the service how it is. */
export class Probe {
  private lastSuccess: { at: number; details: Details } | undefined;

  constructor(private readonly ask: () => Promise<Details>) {}

  /** Never throws, and never takes longer than PATIENCE_MS. */
  async check(): Promise<CheckDto> {
    const startedAt = performance.now();
    const since = () => Math.round((performance.now() - startedAt) * 10) / 10;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), PATIENCE_MS);
    });
    try {
      const details = await Promise.race([this.askAndRemember(), late]);
      if (details !== 'late') return { status: 'up', details, latency_ms: since() };
      if (this.lastSuccess && performance.now() - this.lastSuccess.at < TRUST_MS) {
        return { status: 'up', details: { ...this.lastSuccess.details, late: true }, latency_ms: since() };
      }
      return { status: 'down', details: { reason: `no answer within ${PATIENCE_MS} ms` }, latency_ms: since() };
    } catch (error) {
      return { status: 'down', details: { reason: reasonOf(error) }, latency_ms: since() };
    } finally {
      clearTimeout(timer);
    }
  }

  private async askAndRemember(): Promise<Details> {
    const details = await this.ask();
    this.lastSuccess = { at: performance.now(), details };
    return details;
  }
}

/** Thrown by what a probe asks; its message may be shown to anybody. */
export class Down extends Error {}

/** The health check is open to all: messages that may name hosts, paths or users stay inside. */
const reasonOf = (error: unknown): string => {
  if (error instanceof Down) return error.message;
  return (error as NodeJS.ErrnoException).code ?? 'failed';
};
