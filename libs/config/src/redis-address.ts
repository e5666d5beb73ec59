/** What a Redis client needs to reach the server; a subset of ioredis' options. */
export interface RedisAddress {
  host?: string;
  port?: number;
  path?: string;
  username?: string;
  password?: string;
  db: number;
  tls?: object;
}

/** Reads `redis://user:password@host:port/db`, `rediss://…` (TLS) or `unix:///path/to/socket?db=1`. */
export function redisAddress(address: string): RedisAddress {
  const { protocol, hostname, port, pathname, username, password, searchParams } = new URL(address);
  const login = {
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
  };
  if (protocol === 'unix:')
    return { ...login, path: decodeURIComponent(pathname), db: Number(searchParams.get('db') ?? 0) };
  return {
    ...login,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || 6379),
    db: Number(pathname.slice(1) || searchParams.get('db') || 0),
    ...(protocol === 'rediss:' && { tls: {} }),
  };
}
