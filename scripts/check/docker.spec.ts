import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { loadConfig } from '@app/config';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { entryOf, migrateEntry } from '../build/build.js';
import { ALLOCATOR, NODE_OPTIONS, OPTIONS_OF } from '../processes/app-process.js';
import { root } from '../root.js';

interface Service {
  image: string;
  build?: object;
  command?: string[];
  environment?: Record<string, string>;
  healthcheck?: { test?: string[]; disable?: boolean };
  volumes?: string[];
  depends_on?: Record<string, { condition: string }>;
  env_file?: string[];
  mem_limit?: string;
  cpus?: number;
  ports?: string[];
  profiles?: string[];
  tmpfs?: string[];
  stop_grace_period?: string;
}

const dockerfile = readFileSync(join(root, 'docker', 'Dockerfile'), 'utf8');
const compose = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const { services } = parse(compose, { merge: true }) as {
  services: Record<'postgres' | 'redis' | 'mail' | 'migrate' | 'api' | 'worker' | 'grafana', Service>;
};

describe('docker/Dockerfile', () => {
  it('passes the linter', () => {
    const lint = join(root, 'node_modules', '.bin', 'dockerfilelint');
    expect(execFileSync(lint, ['-o', 'json', join(root, 'docker', 'Dockerfile')], { encoding: 'utf8' })).toContain(
      '"totalIssues":0',
    );
  });

  it('pins the same Node for all stages', () => {
    const images = new Set([...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image));
    expect([...images]).toEqual([expect.stringMatching(/^node:\d+\.\d+\.\d+-/)]);
  });

  it('starts the apps as `npm start` does', () => {
    for (const [name, value] of Object.entries(ALLOCATOR))
      expect(dockerfile).toMatch(new RegExp(`^ENV .*${name}=${value}\\b`, 'm'));
    expect(dockerfile).toContain(`ENTRYPOINT ${JSON.stringify(['node', ...NODE_OPTIONS]).replaceAll(',', ', ')}`);
    expect(dockerfile).toContain(`CMD ${JSON.stringify([...OPTIONS_OF.api, relative(root, entryOf('api'))])}`);
  });

  it('does not run as root', () => {
    expect(dockerfile).toMatch(/^USER node$/m);
  });
});

describe('docker-compose.yml', () => {
  it('pins every image to a version', () => {
    const foreign = Object.values(services).filter(({ build }) => !build);
    expect(foreign).toHaveLength(5);
    for (const { image } of foreign) expect(image).toMatch(/:v?\d+\.\d+/);
  });

  it('mounts the volume where PostgreSQL 18 keeps its data', () => {
    expect(services.postgres.image).toMatch(/^postgres:18\./);
    expect(services.postgres.volumes).toEqual(['postgres:/var/lib/postgresql']);
  });

  it('creates databases with our usual collation', () => {
    const ours = readFileSync(join(root, 'scripts', 'servers', 'postgres.ts'), 'utf8');
    const options = services.postgres.environment?.POSTGRES_INITDB_ARGS?.split(' ') ?? [];
    expect(options).toContain('--builtin-locale=C.UTF-8');
    for (const option of options) expect(ours).toContain(`'${option}'`);
  });

  it('has a Redis that persists its data and evicts nothing', () => {
    const command = services.redis.command?.join(' ');
    expect(command).toContain('--appendonly yes');
    expect(command).toContain('--maxmemory-policy noeviction');
    expect(services.redis.volumes).toEqual(['redis:/data']);
  });

  it('migrates before it starts the apps, and starts each with its built entry', () => {
    expect(services.migrate.command).toEqual([relative(root, migrateEntry)]);
    expect(services.migrate.depends_on?.postgres).toEqual({ condition: 'service_healthy' });
    for (const app of ['api', 'worker'] as const) {
      expect(services[app].command).toEqual([...OPTIONS_OF[app], relative(root, entryOf(app))]);
      expect(services[app].depends_on?.migrate).toEqual({ condition: 'service_completed_successfully' });
    }
  });

  it('passes all of .env to the apps, and replaces only what the containers decide', () => {
    for (const name of ['migrate', 'api', 'worker'] as const) {
      expect(services[name].env_file).toEqual(['.env']);
      expect(Object.keys(services[name].environment ?? {}).sort()).toEqual([
        'DATABASE_DIRECT_URL',
        'DATABASE_URL',
        'DATA_DIR',
        'HOST',
        'NODE_ENV',
        'PGPASSWORD',
        'PORT',
        'REDIS_URL',
        'SMTP_URL',
        'WORKER_METRICS_PORT',
      ]);
    }
  });

  it('has no password that works by default', () => {
    const passwords = [...compose.matchAll(/\$\{(\w*(?:PASSWORD|TOKEN|SECRET)\w*)([^}]*)\}/g)];
    expect(passwords).toHaveLength(2);
    for (const [, , rule] of passwords) expect(rule).toMatch(/^:\?./);
  });

  it('puts no password into an address, where some characters would have to be encoded', () => {
    expect(compose).not.toMatch(/:\/\/\S*\$\{\w*(?:PASSWORD|TOKEN|SECRET)/);
    for (const name of ['migrate', 'api', 'worker'] as const)
      expect(services[name].environment!.PGPASSWORD).toBe(services.postgres.environment!.POSTGRES_PASSWORD);
  });

  it('waits for a process that stops as long as it may take, and longer where .env says so', () => {
    const { SHUTDOWN_TIMEOUT_MS } = loadConfig({});
    for (const name of ['api', 'worker'] as const) {
      const [, seconds] = /^\$\{STOP_GRACE_PERIOD:-(\d+)s\}$/.exec(services[name].stop_grace_period!)!;
      expect(Number(seconds) * 1000).toBeGreaterThanOrEqual(SHUTDOWN_TIMEOUT_MS + 2_000);
    }
    expect(readFileSync(join(root, '.env.example'), 'utf8')).toMatch(/^# STOP_GRACE_PERIOD=15s$/m);
  });

  it('has no account in Grafana, and shows everybody the dashboard that it has', () => {
    const { environment = {}, volumes = [] } = services.grafana;
    expect(environment).toMatchObject({
      GF_AUTH_ANONYMOUS_ENABLED: 'true',
      GF_AUTH_BASIC_ENABLED: 'false',
      GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION: 'true',
    });
    const [from, to] = volumes.map((volume) => volume.split(':')).find(([, to]) => to!.endsWith('/dashboards'))!;
    const shown = environment.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH!;
    expect(shown.startsWith(`${to}/`)).toBe(true);
    expect(existsSync(join(root, from!, shown.slice(to!.length)))).toBe(true);
  });

  it('says in .env.example how to make the password that it requires', () => {
    expect(readFileSync(join(root, '.env.example'), 'utf8')).toMatch(/^#.*"POSTGRES_PASSWORD=\$\(openssl rand/m);
  });

  it('limits the memory and the processors of each part', () => {
    for (const [name, { mem_limit, cpus }] of Object.entries(services)) {
      expect(mem_limit, name).toMatch(/^\d+[mg]$/);
      expect(cpus, name).toBeGreaterThan(0);
    }
  });

  it('has a health check for each part', () => {
    for (const name of ['postgres', 'redis', 'mail', 'worker'] as const) {
      expect(services[name].healthcheck?.test?.length).toBeGreaterThan(1);
    }
    // The image has the check of the api. The migration needs none, because it ends.
    expect(dockerfile).toMatch(/^HEALTHCHECK .*"api"\]$/m);
    expect(services.migrate.healthcheck).toEqual({ disable: true });
  });
});

describe('docker/nginx/compose.yml', () => {
  const text = readFileSync(join(root, 'docker', 'nginx', 'compose.yml'), 'utf8');
  // `!reset` is known to compose only.
  const parts = parse(text, { logLevel: 'error' }).services as Record<
    'api' | 'api-2' | 'nginx',
    Service & { ports: string[] }
  >;

  it('takes the port of the api for nginx, which has it for itself', () => {
    expect(text).toMatch(/^ {4}ports: !reset \[\]$/m);
    expect(parts.nginx.ports).toEqual([
      parse(compose, { merge: true }).services.api.ports[0].replace(':3000', ':8080'),
    ]);
    expect(readFileSync(join(root, 'docker', 'nginx', 'nginx.conf'), 'utf8')).toMatch(/listen 8080;/);
  });

  it('lets the apis trust nginx, without which all clients would share one rate limit', () => {
    for (const api of ['api', 'api-2'] as const) expect(parts[api].environment?.TRUST_PROXY).toBe('uniquelocal');
  });

  it('has two apis of different names, so that nginx can leave out either, and Prometheus a name for both', () => {
    const { api, 'api-2': second } = services as unknown as Record<string, Service & { networks: object }>;
    expect(second).toEqual({ ...api, profiles: ['behind-nginx'], ports: [] });
    expect(text).toMatch(/^ {2}api-2:\n {4}profiles: !reset \[\]$/m);
    expect(api!.networks).toEqual({ default: { aliases: ['apis'] } });
    const upstreams = readFileSync(join(root, 'docker', 'nginx', 'upstreams.conf'), 'utf8');
    expect([...upstreams.matchAll(/^ {2}server (\S+) resolve/gm)].map(([, address]) => address)).toEqual([
      'api:3000',
      'api-2:3000',
    ]);
    // Before this version `resolve` was not in nginx itself.
    const [major, minor] = parts.nginx.image.split(':')[1]!.split('.').map(Number);
    expect([major, minor! >= 28]).toEqual([1, true]);
  });

  it('mounts settings that are there, and pins and limits nginx like the other parts', () => {
    expect(parts.nginx.volumes).toEqual(['./docker/nginx:/etc/nginx:ro']);
    for (const name of ['nginx.conf', 'upstreams.conf', 'service.conf'])
      expect(readFileSync(join(root, 'docker', 'nginx', name), 'utf8')).not.toBe('');
    // What waits there counts as memory of the container.
    expect(parts.nginx.tmpfs).toEqual(['/tmp:size=64m']);
    expect(parts.nginx.image).toMatch(/:\d+\.\d+\.\d+$/);
    expect(parts.nginx.mem_limit).toMatch(/^\d+[mg]$/);
    expect(parts.nginx.cpus).toBeGreaterThan(0);
    expect(parts.nginx.healthcheck?.test?.length).toBeGreaterThan(1);
  });
});
