import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProcess } from '../processes/own-process.js';
import { freePort } from '../processes/ports.js';
import { childrenOf, commandOf, isRoot } from '../processes/process-facts.js';
import { Refusal } from '../processes/refusal.js';
import { waitUntil } from '../processes/wait-until.js';
import { root } from '../root.js';
import { type DebianProgram, environmentOf } from './debian-package.js';
import { serverBinary } from './server-binary.js';

const NGINX: DebianProgram = { name: 'nginx', packages: ['nginx'], paths: ['usr/sbin/nginx'], versionOption: '-v' };
/** What the project recommends; see docs/scaling.md. */
const SERVICE = join(root, 'docker', 'nginx', 'service.conf');
const TIMEOUT_MS = 30_000;

/** An api behind nginx. */
interface Upstream {
  /** Such as `http://127.0.0.1:3001`. */
  url: string;
  /** It gets no request. */
  down?: boolean;
}

export interface NginxOptions {
  /** Folder of its settings, logs and temporary files; created if it does not exist. */
  folder: string;
  apis: readonly Upstream[];
  workers?: number;
  announce?: (what: string) => void;
}

/** A request in the log of nginx. */
interface PassedRequest {
  method: string;
  path: string;
  status: number;
  /** Each api that was tried, and what it answered; 502 for one that refused or broke off. */
  tries: { api: string; status: number }[];
}

export interface OwnNginx {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Takes apis in and out. Requests under way go on; new ones follow when this returns. */
  route(apis: readonly Upstream[]): Promise<void>;
  /** The files in which bodies and answers lie on its disk now. They have no name any more: nginx deletes a file when it has opened it. */
  temporaryFiles(): string[];
  /** All requests that have ended. */
  requests(): PassedRequest[];
  stop(): Promise<void>;
}

/**
 * Starts nginx on a free port of this machine with docker/nginx/service.conf. It stops when this process ends for any reason.
 * @throws Refusal when none is found, or it does not start.
 */
export async function startNginx({ folder, apis, workers = 2, announce = () => {} }: NginxOptions): Promise<OwnNginx> {
  const binary = await serverBinary(NGINX, ['nginx'], 'install nginx', announce);
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const file = (name: string) => join(folder, name);
  const writeUpstreams = (list: readonly Upstream[]) => writeFileSync(file('upstreams.conf'), upstreamsText(list));
  writeUpstreams(apis);
  writeFileSync(file('access.log'), '');
  writeFileSync(file('nginx.conf'), settingsText(folder, port, workers));
  const server = await startProcess({
    command: binary.command,
    args: ['-p', folder, '-c', file('nginx.conf'), '-e', file('error.log')],
    cwd: folder,
    env: environmentOf(binary),
    logFile: file('output.log'),
    // Requests under way go on; SIGTERM would cut them off.
    stopSignal: 'SIGQUIT',
  });
  const refusal = (what: string) => new Refusal(`nginx ${what}; its logs: ${file('error.log')}, ${file('output.log')}`);
  await waitUntil(
    async () => {
      if (server.ending) throw refusal('did not start');
      return fetch(`http://127.0.0.1:${port}/metrics`).then(
        (answer) => answer.status === 404,
        () => false,
      );
    },
    { timeoutMs: TIMEOUT_MS, everyMs: 20, onTimeout: () => refusal('did not answer within 30 s') },
  );

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    pid: server.pid,
    temporaryFiles: () =>
      childrenOf(server.pid)
        .flatMap(openFilesOf)
        .filter((path) => TEMPORARY.some((name) => path.startsWith(`${file(name)}/`))),
    async route(list) {
      const old = childrenOf(server.pid);
      writeUpstreams(list);
      server.kill('SIGHUP');
      // The old processes take no new connection from here on.
      await waitUntil(() => old.every(isLeaving) && childrenOf(server.pid).some((pid) => !old.includes(pid)), {
        timeoutMs: TIMEOUT_MS,
        everyMs: 10,
        onTimeout: () => refusal('did not take its new settings within 30 s'),
      });
    },
    requests: () =>
      readFileSync(file('access.log'), 'utf8')
        .trim()
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('GET /metrics '))
        .map(requestOf),
    async stop() {
      await server.stop('SIGTERM');
    },
  };
}

const TEMPORARY = ['body', 'proxy'];

const settingsText = (folder: string, port: number, workers: number): string => `daemon off;
${isRoot() ? 'user root;' : ''}
worker_processes ${workers};
pid ${folder}/nginx.pid;
events { worker_connections 1024; }
http {
  ${['fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  client_body_temp_path ${folder}/${TEMPORARY[0]};
  proxy_temp_path ${folder}/${TEMPORARY[1]};
  log_format tries '$request_method $uri $status [$upstream_addr] [$upstream_status]';
  access_log ${folder}/access.log tries;
  include ${folder}/upstreams.conf;
  server {
    listen 127.0.0.1:${port};
    include ${SERVICE};
  }
}
`;

const upstreamsText = (apis: readonly Upstream[]): string => `upstream csv_api {
${apis.map(({ url, down }) => `  server ${new URL(url).host} max_fails=0${down ? ' down' : ''};`).join('\n')}
  keepalive 32;
}
`;

function requestOf(line: string): PassedRequest {
  const [, head = '', apis = '', statuses = ''] = /^(.*) \[(.*)\] \[(.*)\]$/.exec(line) ?? [];
  const [method = '', ...rest] = head.split(' ');
  const status = Number(rest.pop());
  const answers = statuses.split(', ');
  const tries = apis === '-' ? [] : apis.split(', ').map((api, index) => ({ api, status: Number(answers[index]) }));
  return { method, path: rest.join(' '), status, tries };
}

const openFilesOf = (pid: number): string[] =>
  readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      return [];
    }
  });

/** nginx writes into its title that a process only finishes what it has. */
const isLeaving = (pid: number): boolean => !/worker process$/.test(commandOf(pid));
