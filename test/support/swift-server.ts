import './end-with-the-run.js';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type OwnProcess, startProcess } from '../../scripts/processes/own-process.js';
import { freePort } from '../../scripts/processes/ports.js';
import { Refusal } from '../../scripts/processes/refusal.js';
import { waitUntil } from '../../scripts/processes/wait-until.js';
import { isDebianLike, type Packages, packagesFolder } from '../../scripts/servers/debian-package.js';
import { cacheFolder } from '../../scripts/servers/programs.js';

/** OpenStack Swift, which speaks S3 by its filter s3api. Its packages are Python, for the interpreter of the distribution. */
const SWIFT: Packages = {
  name: 'Swift',
  packages: ['swift-proxy'],
  also: ['swift-account', 'swift-container', 'swift-object', 'python3-setuptools', 'python3-six'],
};
const PYTHON = '/usr/bin/python3';
const BUCKET = 'uploads';
const PREFIX = 'csv';
const START_TIMEOUT_MS = 120_000;
const KINDS = ['account', 'container', 'object'] as const;

export interface SwiftServer {
  /** What the service needs to store its files here. */
  readonly env: { STORAGE_URL: string; AWS_ACCESS_KEY_ID: string; AWS_SECRET_ACCESS_KEY: string };
  /** The names of the objects below the prefix, those in `.drafts/` too. */
  objects(): Promise<string[]>;
  /** The parts of unfinished multipart uploads. */
  parts(): Promise<string[]>;
  stop(): Promise<void>;
}

/**
 * Swift with one disk, which is a folder: a server each for accounts, containers and objects, and the proxy that answers S3. They listen on
 * loopback.
 * @throws Refusal when its packages cannot be had, or it does not start.
 */
export async function startSwift(announce: (what: string) => void = console.log): Promise<SwiftServer> {
  const root = await swiftPackages(announce);
  const folder = mkdtempSync(join(tmpdir(), 'swift-'));
  mkdirSync(join(folder, 'disks', 'd1'), { recursive: true });
  writeFileSync(join(folder, 'swift.conf'), '[swift-hash]\nswift_hash_path_prefix = a\nswift_hash_path_suffix = b\n');
  const env = {
    ...process.env,
    PYTHONPATH: join(root, 'usr/lib/python3/dist-packages'),
    PYTHONDONTWRITEBYTECODE: '1',
    LD_LIBRARY_PATH: [join(root, 'usr/lib/x86_64-linux-gnu'), join(root, 'usr/lib/aarch64-linux-gnu')].join(':'),
  };
  const processes: OwnProcess[] = [];
  const serve = async (name: string, settings: string) => {
    const file = join(folder, `${name}.conf`);
    writeFileSync(file, settings);
    const logFile = join(folder, `${name}.log`);
    const args = ['-c', RUN, join(folder, 'swift.conf'), join(root, `usr/bin/swift-${name}-server`), file, '-v'];
    processes.push(await startProcess({ command: PYTHON, args, cwd: folder, env, logFile }));
  };
  const stop = async () => {
    await Promise.all(processes.map((process) => process.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const ports = [await freePort(), await freePort(), await freePort()];
    const rings = KINDS.flatMap((kind, at) => [join(folder, `${kind}.ring.gz`), `${ports[at]}`]);
    await promisify(execFile)(PYTHON, ['-c', MAKE_RINGS, ...rings], { env });
    const port = await freePort();
    await Promise.all([
      ...KINDS.map((kind, at) => serve(kind, diskSettings(folder, ports[at]!, kind))),
      serve('proxy', proxySettings(folder, port)),
    ]);
    const endpoint = `http://127.0.0.1:${port}`;
    const client = new S3Client({
      endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
      requestChecksumCalculation: 'WHEN_REQUIRED',
    });
    await waitUntil(
      () => {
        if (processes.some(({ ending }) => ending)) throw new Refusal(`Swift did not start; its logs: ${folder}`);
        return client.send(new CreateBucketCommand({ Bucket: BUCKET })).then(
          () => true,
          () => false,
        );
      },
      {
        timeoutMs: START_TIMEOUT_MS,
        everyMs: 500,
        onTimeout: () => new Refusal(`Swift did not answer; its logs: ${folder}`),
      },
    );
    return {
      env: {
        STORAGE_URL: `s3://${BUCKET}/${PREFIX}?endpoint=${endpoint}`,
        AWS_ACCESS_KEY_ID: ACCESS_KEY,
        AWS_SECRET_ACCESS_KEY: SECRET_KEY,
      },
      objects: async () => {
        const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: `${PREFIX}/` }));
        return Contents.map(({ Key }) => Key!.slice(PREFIX.length + 1));
      },
      parts: async () => {
        const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
        const lists = Uploads.map(({ Key, UploadId }) =>
          client.send(new ListPartsCommand({ Bucket: BUCKET, Key, UploadId })),
        );
        return (await Promise.all(lists)).flatMap(({ Parts = [] }) => Parts.map(({ PartNumber }) => `${PartNumber}`));
      },
      async stop() {
        client.destroy();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const ACCESS_KEY = 'test:tester';
const SECRET_KEY = 'testing';

async function swiftPackages(announce: (what: string) => void): Promise<string> {
  if (!isDebianLike() || !existsSync(PYTHON)) throw new Refusal(`Swift needs Debian's packages and ${PYTHON}.`);
  try {
    return await packagesFolder(SWIFT, cacheFolder(), announce);
  } catch (error) {
    throw new Refusal(`The packages of Swift could not be downloaded: ${(error as Error).message}.`, { cause: error });
  }
}

/** Swift reads /etc/swift/swift.conf, whatever else it is told; here it is the first argument. */
const RUN = `import runpy, sys
import swift.common.utils as utils
utils.SWIFT_CONF_FILE = sys.argv[1]
sys.argv = sys.argv[2:]
runpy.run_path(sys.argv[0], run_name='__main__')
`;

/** Where each kind of data lies: on one disk. The arguments are files of rings, each with the port of its server. */
const MAKE_RINGS = `import sys
from swift.common.ring import RingBuilder
for path, port in zip(sys.argv[1::2], sys.argv[2::2]):
    builder = RingBuilder(4, 1, 0)
    server = {'ip': '127.0.0.1', 'port': int(port), 'replication_ip': '127.0.0.1', 'replication_port': int(port)}
    builder.add_dev({'region': 1, 'zone': 1, 'device': 'd1', 'weight': 1, 'meta': '', **server})
    builder.rebalance()
    builder.get_ring().save(path)
`;

/** `workers = 0`: one process, which is the one that was started. */
const common = (folder: string, port: number) => `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
swift_dir = ${folder}
user = ${userInfo().username}
workers = 0
log_address = ${join(folder, 'no-syslog')}
`;

const diskSettings = (folder: string, port: number, kind: string) => `${common(folder, port)}
devices = ${join(folder, 'disks')}
mount_check = false
disable_fallocate = true
[pipeline:main]
pipeline = ${kind}-server
[app:${kind}-server]
use = egg:swift#${kind}
`;

/** tempauth insists on a cache; none answers at port 1, and it goes on without. */
const proxySettings = (folder: string, port: number) => `${common(folder, port)}
[pipeline:main]
pipeline = catch_errors cache s3api tempauth bulk slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:s3api]
use = egg:swift#s3api
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = ${SECRET_KEY} .admin
[filter:bulk]
use = egg:swift#bulk
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
`;
