interface Node {
  host: string;
  port: number;
}

/** Where Redis is. `single.address` is a URL or the path of a socket, as ioredis reads it. */
export type RedisAddress =
  | { kind: 'single'; address: string }
  | { kind: 'sentinel'; sentinels: Node[]; name: string; db: number; username?: string; password?: string }
  | { kind: 'cluster'; nodes: Node[]; username?: string; password?: string };

const SENTINEL_PORT = 26_379;
const CLUSTER_PORT = 6_379;

/**
 * Reads an address of the configuration.
 *
 * - `redis+sentinel://[user:password@]host[:port]/name[?node=host:port…][&db=n]`: the master that Sentinels know under `name`. User and
 *   password are those of the master.
 * - `redis+cluster://[user:password@]host[:port][?node=host:port…]`: a Redis Cluster; one node that answers is enough.
 * - anything else is for ioredis itself.
 */
export function readRedisAddress(address: string): RedisAddress {
  if (address.startsWith('redis+sentinel://')) {
    const { url, nodes, login } = readNodes(address, SENTINEL_PORT);
    const name = decodeURIComponent(url.pathname.slice(1));
    return { kind: 'sentinel', sentinels: nodes, name, db: Number(url.searchParams.get('db') ?? 0), ...login };
  }
  if (address.startsWith('redis+cluster://')) {
    const { nodes, login } = readNodes(address, CLUSTER_PORT);
    return { kind: 'cluster', nodes, ...login };
  }
  return { kind: 'single', address };
}

function readNodes(address: string, defaultPort: number) {
  const url = new URL(address);
  const node = ({ hostname, port }: URL): Node => ({ host: hostname, port: Number(port || defaultPort) });
  const more = url.searchParams.getAll('node').map((text) => node(new URL(`redis+node://${text}`)));
  const login = {
    ...(url.username && { username: decodeURIComponent(url.username) }),
    ...(url.password && { password: decodeURIComponent(url.password) }),
  };
  return { url, nodes: [node(url), ...more], login };
}
