import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

export interface MetricsReader {
  /** The address at the other end of the connection; never one that a header claims. */
  address: string | undefined;
  /** Whether a proxy says that it sends the request for somebody else. */
  isForwarded: boolean;
  authorization: string | undefined;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const isLoopback = (address = ''): boolean => {
  const plain = address.replace(/^::ffff:/i, '');
  const family = isIP(plain);
  return family !== 0 && loopback.check(plain, family === 4 ? 'ipv4' : 'ipv6');
};

/** What proxies add to a request. Whoever sends one of these is not believed to be on this machine, as anybody can send them. */
const FORWARDING_HEADERS = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'cf-connecting-ip',
  'true-client-ip',
  'x-client-ip',
] as const;

/** Who asks, from the connection itself: TRUST_PROXY does not count here. */
export const metricsReader = ({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): MetricsReader => ({
  address: socket.remoteAddress,
  isForwarded: FORWARDING_HEADERS.some((name) => headers[name] !== undefined),
  authorization: headers.authorization,
});

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether a client may read the metrics: one on the same machine, or one that sends METRICS_TOKEN as a bearer token. */
export function mayReadMetrics({ address, isForwarded, authorization }: MetricsReader, token?: string): boolean {
  if (!isForwarded && isLoopback(address)) return true;
  const sent = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  return token !== undefined && sent !== undefined && timingSafeEqual(digest(sent), digest(token));
}
