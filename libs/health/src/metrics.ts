import { lostLogLines } from '@app/logging';
import { Injectable } from '@nestjs/common';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

// In seconds, from a cached answer to a scan of a million rows.
const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Metrics for Prometheus, in base units and without ids as labels. */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of HTTP requests by route and status.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: DURATION_BUCKETS,
    registers: [this.registry],
  });
  private readonly jobs = new Gauge({
    name: 'jobs',
    help: 'Jobs in the outbox by name and state.',
    labelNames: ['job', 'state'] as const,
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    new Counter({
      name: 'log_lines_lost_total',
      help: 'Lines of the log that could not be written, for example because the disk was full.',
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc(lostLogLines());
      },
    });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  observeRequest(method: string, route: string, status: number, seconds: number): void {
    this.requests.observe({ method, route, status: String(status) }, seconds);
  }

  setJobs(counts: { job: string; waiting: number; dead: number }[]): void {
    this.jobs.reset();
    for (const { job, waiting, dead } of counts) {
      this.jobs.set({ job, state: 'waiting' }, waiting);
      this.jobs.set({ job, state: 'dead' }, dead);
    }
  }

  render(): Promise<string> {
    return this.registry.metrics();
  }
}
