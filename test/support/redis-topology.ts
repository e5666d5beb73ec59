import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { inject } from 'vitest';
import { type OwnProcess, startProcess } from '../../scripts/processes/own-process.js';
import { freePort } from '../../scripts/processes/ports.js';
import { waitUntil } from '../../scripts/processes/wait-until.js';
import { environmentOf } from '../../scripts/servers/debian-package.js';
import { redisBinary } from '../../scripts/servers/redis-binary.js';
import { startRedis, type TestRedis } from './redis.js';

/** Several Redis servers that belong together, on TCP ports of the loopback interface. */
export interface RedisTopology {
  /** For REDIS_URL. */
  readonly url: string;
  /** Ends the server that is a master now, like a crash. @returns its port */
  killMaster(): Promise<number>;
  /** Waits until another one than `port` is the master. */
  failedOver(port: number): Promise<void>;
  stop(): Promise<void>;
}

interface Server {
  port: number;
  process: OwnProcess;
  /** Starts it again, on its port and in its folder. */
  again(): Promise<OwnProcess>;
}

const SLOTS = 16_384;
/** Redis takes the port + 10000 for talk between the nodes of a Cluster. */
const BUS = 10_000;

/** Three masters, each with a replica that takes over within some seconds. */
export async function startRedisCluster(): Promise<RedisTopology> {
  const servers = await Promise.all(
    Array.from({ length: 6 }, () =>
      startServer({ 'cluster-enabled': 'yes', 'cluster-node-timeout': '2000', 'cluster-config-file': 'nodes.conf' }),
    ),
  );
  await makeCluster(servers);
  for (const [index, { port }] of servers.slice(3).entries()) {
    const id = `${await command(servers[index]!.port, 'CLUSTER', 'MYID')}`;
    await until(async () => (await command(port, 'CLUSTER', 'REPLICATE', id).catch(() => '')) === 'OK');
    // A replica that never had its master's data does not take over.
    await until(async () => /master_link_status:up/.test(`${await command(port, 'INFO', 'replication')}`));
  }
  await untilWhole(servers);
  const masterOf = async (asked: Server[]): Promise<Server> => {
    for (const server of asked) {
      if (server.process.ending) continue;
      const nodes = `${await command(server.port, 'CLUSTER', 'NODES')}`;
      if (/myself,master/.test(nodes) && / \d+-\d+/.test(nodes.split('\n').find((line) => line.includes('myself'))!))
        return server;
    }
    throw new Error('No node is a master.');
  };
  return {
    url: clusterUrl(servers),
    async killMaster() {
      const master = await masterOf(servers);
      await master.process.stop('SIGKILL');
      return master.port;
    },
    failedOver: (port) =>
      until(async () => {
        const alive = servers.find((server) => server.port !== port && !server.process.ending)!;
        const nodes = `${await command(alive.port, 'CLUSTER', 'NODES')}`;
        // A line such as `<id> 127.0.0.1:7000@17000 master - 0 0 1 connected 0-5461`.
        const masters = nodes
          .split('\n')
          .filter(
            (line) => / (myself,)?master /.test(line) && / connected \d/.test(line) && !line.includes(`:${port}@`),
          );
        return masters.length === 3;
      }),
    stop: () => stopAll(servers),
  };
}

/** The Redis of a service: one server or, with E2E_THROUGH=redis-cluster, a Cluster of three masters that hold no copies of each other. */
export const startServiceRedis = (): Promise<TestRedis> =>
  process.env.E2E_THROUGH === 'redis-cluster' ? startMasters() : startRedis();

async function startMasters(): Promise<TestRedis> {
  const servers = await Promise.all(
    [1, 2, 3].map(() => startServer({ 'cluster-enabled': 'yes', 'cluster-config-file': 'nodes.conf' })),
  );
  await makeCluster(servers);
  await untilWhole(servers);
  const signal = (name: NodeJS.Signals) => {
    for (const { process } of servers) process.kill(name);
  };
  return {
    url: clusterUrl(servers),
    get pid() {
      return servers[0]!.process.pid;
    },
    async stop(how) {
      await Promise.all(servers.map(({ process }) => process.stop(how)));
    },
    async start() {
      for (const server of servers) server.process = await server.again();
      await untilWhole(servers);
    },
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    async flush() {
      for (const { port } of servers) await command(port, 'FLUSHALL');
    },
    remove: () => stopAll(servers),
  };
}

/** All nodes know each other, and the first three have a third of the slots each. */
async function makeCluster(servers: Server[]): Promise<void> {
  const [first, ...others] = servers as [Server, ...Server[]];
  for (const { port } of others) await command(first.port, 'CLUSTER', 'MEET', '127.0.0.1', port);
  const share = Math.ceil(SLOTS / 3);
  for (const [index, { port }] of servers.slice(0, 3).entries()) {
    await command(port, 'CLUSTER', 'ADDSLOTSRANGE', index * share, Math.min((index + 1) * share, SLOTS) - 1);
  }
  const known = `cluster_known_nodes:${servers.length}\r`;
  await until(async () => `${await command(servers.at(-1)!.port, 'CLUSTER', 'INFO')}`.includes(known));
}

const untilWhole = (servers: Server[]): Promise<void> =>
  until(async () =>
    (await Promise.all(servers.map(({ port }) => command(port, 'CLUSTER', 'INFO')))).every((info) =>
      /cluster_state:ok/.test(`${info}`),
    ),
  );

const clusterUrl = ([first, second, third]: Server[]): string =>
  `redis+cluster://127.0.0.1:${first!.port}?node=127.0.0.1:${second!.port}&node=127.0.0.1:${third!.port}`;

/** A master with a replica, and three Sentinels that let the replica take over within some seconds. */
export async function startRedisSentinel(): Promise<RedisTopology> {
  const master = await startServer({});
  const replica = await startServer({ replicaof: `127.0.0.1 ${master.port}` });
  const sentinels = await Promise.all(Array.from({ length: 3 }, () => startSentinel(master.port)));
  const askMaster = async () =>
    Number(((await command(sentinels[0]!.port, 'SENTINEL', 'get-master-addr-by-name', 'tasks')) as string[])[1]);
  await until(async () => /slave0:.*state=online/.test(`${await command(master.port, 'INFO', 'replication')}`));
  await until(async () =>
    (
      await Promise.all(sentinels.map(({ port }) => command(port, 'SENTINEL', 'ckquorum', 'tasks').catch(() => '')))
    ).every((answer) => /^OK 3/.test(`${answer}`)),
  );
  const servers = [master, replica];
  const [first, ...others] = sentinels.map(({ port }) => `127.0.0.1:${port}`);
  return {
    url: `redis+sentinel://${first}/tasks?${others.map((node) => `node=${node}`).join('&')}`,
    async killMaster() {
      const port = await askMaster();
      await servers.find((server) => server.port === port)!.process.stop('SIGKILL');
      return port;
    },
    failedOver: (port) => until(async () => (await askMaster()) !== port),
    stop: () => stopAll([...sentinels, ...servers]),
  };
}

async function startServer(settings: Record<string, string>): Promise<Server> {
  const port = await portWithBus();
  return start(
    port,
    [
      ...Object.entries({ port: `${port}`, save: '', appendonly: 'no', 'maxmemory-policy': 'noeviction', ...settings }),
    ].flatMap(([name, value]) => [`--${name}`, ...value.split(/(?<=^127\.0\.0\.1) /)]),
  );
}

async function startSentinel(masterPort: number): Promise<Server> {
  const port = await freePort();
  const file = join(mkdtempSync(join(inject('runFolder'), 'sentinel-')), 'sentinel.conf');
  writeFileSync(
    file,
    [
      `port ${port}`,
      `sentinel monitor tasks 127.0.0.1 ${masterPort} 2`,
      'sentinel down-after-milliseconds tasks 2000',
      'sentinel failover-timeout tasks 10000',
    ].join('\n'),
  );
  return start(port, [file, '--sentinel']);
}

async function start(port: number, args: string[]): Promise<Server> {
  const folder = mkdtempSync(join(inject('runFolder'), 'redis-node-'));
  const binary = await redisBinary(console.log);
  const again = async (): Promise<OwnProcess> => {
    const process = await startProcess({
      command: binary.command,
      args,
      env: environmentOf(binary),
      cwd: folder,
      logFile: join(folder, 'log'),
      removeAfterwards: [],
    });
    await until(async () => (await command(port, 'PING').catch(() => '')) === 'PONG');
    return process;
  };
  return { port, process: await again(), again };
}

const stopAll = async (servers: Server[]): Promise<void> => {
  await Promise.all(servers.map(({ process }) => process.stop('SIGKILL')));
};

async function command(port: number, name: string, ...args: (string | number)[]): Promise<unknown> {
  const redis = new Redis({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => {});
  try {
    await redis.connect();
    return await redis.call(name, ...args.map(String));
  } finally {
    redis.disconnect();
  }
}

/** Until it holds; a server that does not answer yet is asked again. */
async function until(ask: () => Promise<boolean>): Promise<void> {
  await waitUntil(() => ask().catch(() => false), {
    timeoutMs: 60_000,
    everyMs: 100,
    onTimeout: () => new Error('The servers did not get there in time.'),
  });
}

/** A port that is free, and whose bus port is one. */
async function portWithBus(): Promise<number> {
  const port = await freePort();
  return port + BUS <= 65_535 && (await isFree(port + BUS)) ? port : portWithBus();
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
