import type { DebianProgram, UnpackedProgram } from './debian-package.js';
import { serverBinary } from './server-binary.js';

/** Both have the same protocol and the same options. */
export const SERVERS = ['redis-server', 'valkey-server'];
/** Newer Debian releases have both packages, the newest only valkey. */
const REDIS: DebianProgram = {
  name: 'Redis',
  packages: SERVERS,
  paths: SERVERS.map((name) => `usr/bin/${name}`),
};

const WHAT_TO_INSTALL =
  'install redis-server or valkey-server (macOS: brew install redis; Fedora: dnf install valkey; Alpine: apk add valkey), or set REDIS_URL to one that runs';

/** A Redis server program, see `serverBinary`. @throws Refusal that says what to install */
export const redisBinary = (announce: (what: string) => void): Promise<UnpackedProgram> =>
  serverBinary(REDIS, SERVERS, WHAT_TO_INSTALL, announce);
