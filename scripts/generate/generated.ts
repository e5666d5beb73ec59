import 'reflect-metadata';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { configSections } from '@app/config';
import { migrate } from '@app/database';
import { problemCatalogue } from '@app/problems';
import { ensureBuilt } from '../build/build.js';
import { READY, startAppProcess } from '../processes/app-process.js';
import { root } from '../root.js';
import { dumpSchema } from '../schema-dump.js';
import { startPostgres, startRedis, throwawaySettings } from '../servers/index.js';
import { clientTypes } from './client-types.js';
import { configurationPage } from './configuration-page.js';
import { envExample } from './env-example.js';
import { errorsPage } from './errors-page.js';
import { jobsPage } from './jobs-page.js';
import { uploadCodesPage } from './upload-codes-page.js';

/** The contents of each generated file, by its path relative to the project folder. */
export async function generatedFiles(announce: (what: string) => void): Promise<Record<string, string>> {
  await loadProblems();
  return {
    '.env.example': envExample(configSections),
    'docs/configuration.md': configurationPage(configSections),
    'docs/errors.md': errorsPage(problemCatalogue()),
    'docs/jobs.md': jobsPage(),
    'docs/upload-codes.md': uploadCodesPage(),
    ...(await withServers(announce, async (databaseUrl, redisUrl, folder) => {
      await migrate(databaseUrl);
      const document = await openApi(databaseUrl, redisUrl, folder);
      return {
        'libs/database/schema.sql': `-- Written by "npm run generate" from the migrations, for reading and for diffs; it is not run.\n\n${await dumpSchema(databaseUrl)}`,
        'docs/openapi.json': document,
        'packages/client/src/schema.ts': await clientTypes(document),
      };
    })),
  };
}

/** Loads every source file, because a problem enters the catalogue when its file is loaded. */
async function loadProblems(): Promise<void> {
  for (const folder of ['apps', 'libs']) {
    for (const path of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!path.endsWith('.ts') || path.endsWith('spec.ts')) continue;
      const file = join(root, folder, path);
      if (/\bdefineProblem\b[<(]/.test(readFileSync(file, 'utf8'))) await import(pathToFileURL(file).href);
    }
  }
}

async function withServers<T>(
  announce: (what: string) => void,
  work: (databaseUrl: string, redisUrl: string, folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'csv-generate-'));
  const sockets = join(folder, 'run');
  mkdirSync(sockets);
  const remove = [folder];
  const postgres = await startPostgres({
    directory: join(folder, 'postgres'),
    socketFolder: sockets,
    logFile: join(folder, 'postgres.log'),
    database: 'generate',
    settings: throwawaySettings,
    throwaway: { remove },
  });
  try {
    const redis = await startRedis({
      directory: join(folder, 'redis'),
      socketFolder: sockets,
      logFile: join(folder, 'redis.log'),
      persistent: false,
      announce,
      remove,
    });
    try {
      return await work(postgres.url, redis.url, folder);
    } finally {
      await redis.stop();
    }
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads the document from the built api, because the Swagger plugin runs in the compiler. */
async function openApi(databaseUrl: string, redisUrl: string, folder: string): Promise<string> {
  await ensureBuilt();
  const { PATH, HOME } = process.env;
  const api = await startAppProcess({
    app: 'api',
    cwd: folder,
    env: { PATH, HOME, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, DATA_DIR: folder, HOST: '127.0.0.1', PORT: '0' },
  });
  try {
    const { address } = await api.logged(READY.api);
    const response = await fetch(new URL('/api/openapi.json', String(address)));
    return `${JSON.stringify(await response.json(), null, 2)}\n`;
  } finally {
    await api.stop();
  }
}
