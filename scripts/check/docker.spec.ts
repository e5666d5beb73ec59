import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
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
}

const dockerfile = readFileSync(join(root, 'docker', 'Dockerfile'), 'utf8');
const compose = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const { services } = parse(compose, { merge: true }) as {
  services: Record<'postgres' | 'redis' | 'mail' | 'migrate' | 'api' | 'worker', Service>;
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
        'DATABASE_URL',
        'DATA_DIR',
        'HOST',
        'NODE_ENV',
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
  const parts = parse(text, { logLevel: 'error' }).services as Record<'api' | 'nginx', Service & { ports: string[] }>;

  it('takes the port of the api for nginx, which has it for itself', () => {
    expect(text).toMatch(/^ {4}ports: !reset \[\]$/m);
    expect(parts.nginx.ports).toEqual([
      parse(compose, { merge: true }).services.api.ports[0].replace(':3000', ':8080'),
    ]);
    expect(readFileSync(join(root, 'docker', 'nginx', 'nginx.conf'), 'utf8')).toMatch(/listen 8080;/);
  });

  it('lets the apis trust nginx, without which all clients would share one rate limit', () => {
    expect(parts.api.environment?.TRUST_PROXY).toBe('uniquelocal');
  });

  it('mounts settings that are there, and pins and limits nginx like the other parts', () => {
    const mounted = parts.nginx.volumes!.map((volume) => volume.split(':')[0]!);
    expect(mounted).toHaveLength(3);
    for (const path of mounted) expect(readFileSync(join(root, path), 'utf8')).not.toBe('');
    expect(parts.nginx.image).toMatch(/:\d+\.\d+\.\d+$/);
    expect(parts.nginx.mem_limit).toMatch(/^\d+[mg]$/);
    expect(parts.nginx.cpus).toBeGreaterThan(0);
    expect(parts.nginx.healthcheck?.test?.length).toBeGreaterThan(1);
  });
});
