import autocannon from 'autocannon';
import { quantile } from './statistics.js';

/** A request of a client. */
export interface Request {
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** Requests that alternate. */
export type Requests = [Request, ...Request[]];

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
  /** Lost connections and missing answers. */
  errors: number;
  /** CPU time of the client, in seconds. */
  cpu: number;
  /** Latency in milliseconds. */
  p50: number;
  p99: number;
}

/*
 * One round of requests in a separate process, so that the client shares no event loop with the server or with the reader of its
 * log. Reads its options as JSON from argv and prints the result as JSON.
 */
const { origin, requests, connections, seconds } = JSON.parse(process.argv[2]!) as LoadOptions;

// autocannon's histogram counts whole milliseconds, but most answers take less than two.
const latencies: number[] = [];
const before = process.cpuUsage();
const load = autocannon({
  url: origin,
  requests,
  connections,
  duration: seconds,
});
load.on('response', (_client, _status, _bytes, ms) => latencies.push(ms));
const { statusCodeStats, errors, duration } = await load;

const cpu = process.cpuUsage(before);

const result: Load = {
  requests: latencies.length,
  seconds: duration,
  statuses: Object.fromEntries(Object.entries(statusCodeStats).map(([status, { count }]) => [status, count])),
  errors,
  cpu: (cpu.user + cpu.system) / 1e6,
  p50: quantile(latencies, 0.5),
  p99: quantile(latencies, 0.99),
};
console.log(JSON.stringify(result));
