import { relative } from 'node:path';
import type { Config } from '@app/config';
import { firstSteps } from './first-steps.js';
import type { Servers } from './services.js';

/** The address of the api from this machine. */
export function originOf(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

/** The text that `npm start` prints when everything is ready. */
export function banner(origin: string, dataDir: string, config: Config, { postgres, redis }: Servers): string {
  const near = (path: string) => relative(process.cwd(), path) || '.';
  const facts = [
    ['Page', `${origin}/`],
    ['API', `${origin}/api/v1/`],
    ['Documentation', `${origin}/api/docs/`],
    ['Health', `${origin}/api/v1/health-check/`],
    ['Mails', config.SMTP_URL ? 'sent by SMTP' : `written to ${near(dataDir)}/mail/*.eml, as SMTP_URL is not set`],
    ['PostgreSQL', postgres ? `started here; connect with: psql '${postgres.url}'` : 'at DATABASE_URL'],
    ['Redis', redis ? `started here; connect with: redis-cli -s ${redis.url.slice('unix://'.length)}` : 'at REDIS_URL'],
    ['Logs', `${near(dataDir)}/logs/ (warnings and errors are shown here, too)`],
    ['Data', `stays in ${near(dataDir)}/`],
  ];
  return [
    '',
    ...facts.map(([name, value]) => `${name!.padEnd(15)}${value}`),
    '',
    'Try it in another terminal:',
    '',
    ...firstSteps(origin),
    '',
    'Ctrl-C stops everything.',
  ].join('\n');
}
