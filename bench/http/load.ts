import autocannon from 'autocannon';
import type { Requests } from './scenarios.js';

export interface LoadOptions {
  /** Such as `http://127.0.0.1:3000`. */
  origin: string;
  requests: Requests;
  connections: number;
  seconds: number;
}

export interface Load {
  requests: number;
  seconds: number;
  /** Answers by status. */
  statuses: Record<string, number>;
  /** Connections lost and answers that did not come. */
  errors: number;
  /** Latency in milliseconds. */
  p50: number;
  p99: number;
}

/*
 * One round of requests, in a process of its own: whoever measures must not share an event loop with what is measured, nor
 * with what reads its log. Options come as JSON by argv; the result leaves as JSON.
 */
const { origin, requests, connections, seconds } = JSON.parse(process.argv[2]!) as LoadOptions;

// autocannon's own histogram knows whole milliseconds only, and most answers take less than two.
const latencies: number[] = [];
const load = autocannon({
  url: origin,
  requests,
  connections,
  duration: seconds,
});
load.on('response', (_client, _status, _bytes, ms) => latencies.push(ms));
const { statusCodeStats, errors, duration } = await load;

latencies.sort((a, b) => a - b);
const quantile = (q: number) =>
  latencies[Math.min(latencies.length - 1, Math.floor(q * latencies.length))] ?? Number.NaN;
const result: Load = {
  requests: latencies.length,
  seconds: duration,
  statuses: Object.fromEntries(Object.entries(statusCodeStats).map(([status, { count }]) => [status, count])),
  errors,
  p50: quantile(0.5),
  p99: quantile(0.99),
};
console.log(JSON.stringify(result));
