import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { type OwnProcess, startProcess } from '../../scripts/processes/own-process.js';
import { freePort } from '../../scripts/processes/ports.js';
import { waitUntil } from '../../scripts/processes/wait-until.js';
import { root } from '../../scripts/root.js';
import { prometheus } from '../../scripts/servers/index.js';
import { sharedDataDir } from '../support/processes.js';
import { runProgram } from '../support/run-program.js';
import { Service } from '../support/service.js';

const observability = join(root, 'docker', 'observability');
const read = (file: string) => readFileSync(join(observability, file), 'utf8');
const alertsFile = join(observability, 'alerts.yml');

interface Rule {
  alert: string;
  expr: string;
}
const rules: Rule[] = parse(read('alerts.yml')).groups.flatMap(({ rules }: { rules: Rule[] }) => rules);
const queries: string[] = JSON.parse(read('grafana/dashboards/service.json')).panels.flatMap(
  ({ targets }: { targets: { expr: string }[] }) => targets.map(({ expr }) => expr),
);

/**
 * For each alert, series with which it fires at half an hour, and series of a service that is well. `0+1x30` is a value that rises by one
 * each minute.
 */
const FIRES: Record<string, { bad: Record<string, string>; well: Record<string, string> }> = {
  ProcessDown: {
    bad: { 'up{job="api"}': '1x60', 'up{job="worker"}': '0x60' },
    well: { 'up{job="api"}': '1x60', 'up{job="worker"}': '1x60' },
  },
  JobsWait: {
    bad: { 'jobs_oldest_due_seconds{queue="mail"}': '0+60x60' },
    well: { 'jobs_oldest_due_seconds{queue="mail"}': '800x60' },
  },
  JobsDead: {
    bad: { 'jobs{job="api",name="mail.send",state="dead"}': '1x60' },
    well: {
      'jobs{job="api",name="mail.send",state="dead"}': '0x60',
      'jobs{job="api",name="mail.send",state="waiting"}': '9x60',
    },
  },
  DiskNearlyFull: { bad: { storage_free_bytes: '4e9x60' }, well: { storage_free_bytes: '6e9x60' } },
  UploadsFail: {
    bad: { 'csv_uploads_total{outcome="failed"}': '0+1x60' },
    well: { 'csv_uploads_total{outcome="failed"}': '7x60', 'csv_uploads_total{outcome="completed"}': '0+9x60' },
  },
  ServerErrors: {
    bad: {
      'http_request_duration_seconds_count{status="200"}': '0+600x60',
      'http_request_duration_seconds_count{status="503"}': '0+60x60',
    },
    well: {
      'http_request_duration_seconds_count{status="200"}': '0+600x60',
      'http_request_duration_seconds_count{status="503"}': '0+1x60',
    },
  },
  PoolExhausted: {
    bad: { 'database_pool_connections{job="api",state="waiting"}': '3x60' },
    well: { 'database_pool_connections{job="api",state="waiting"}': '3 0x60' },
  },
  EventLoopBlocked: {
    bad: { 'nodejs_eventloop_lag_p99_seconds{job="api"}': '0.6x60' },
    well: { 'nodejs_eventloop_lag_p99_seconds{job="api"}': '0.02x60' },
  },
  MailsFail: {
    bad: { 'mails_total{outcome="refused"}': '0+1x60' },
    well: { 'mails_total{outcome="sent"}': '0+9x60', 'mails_total{outcome="refused"}': '20x60' },
  },
  LogLinesLost: {
    bad: { 'log_lines_lost_total{job="api"}': '0+1x60' },
    well: { 'log_lines_lost_total{job="api"}': '5x60' },
  },
};

let programs: Awaited<ReturnType<typeof prometheus>>;
let folder: string;
beforeAll(async () => {
  programs = await prometheus(console.log);
  folder = sharedDataDir();
});

describe('each alert', () => {
  /** Runs promtool's own test: the names of the alerts that fire with these series. */
  async function fires(alert: string, series: Record<string, string>): Promise<boolean> {
    const file = join(folder, 'test.yml');
    const input_series = Object.entries(series).map(([name, values]) => ({ series: name, values }));
    // It passes if the alert does not fire.
    const alert_rule_test = [{ eval_time: '30m', alertname: alert, exp_alerts: [] }];
    writeFileSync(
      file,
      stringify({
        rule_files: [alertsFile],
        evaluation_interval: '1m',
        tests: [{ interval: '1m', input_series, alert_rule_test }],
      }),
    );
    const { code, out, err } = await runProgram(programs.promtool, ['test', 'rules', file], {
      cwd: folder,
      env: programs.env,
    });
    if (code !== 0 && !/got:\[\s*0:\s*Labels:/.test(out + err)) throw new Error(out + err);
    return code !== 0;
  }

  it('has its two cases here', () => {
    expect(rules.map(({ alert }) => alert).sort()).toEqual(Object.keys(FIRES).sort());
  });

  it.each(Object.entries(FIRES))(
    '%s fires when it should, and not for a service that is well',
    async (alert, { bad, well }) => {
      expect([await fires(alert, bad), await fires(alert, well)]).toEqual([true, false]);
    },
  );

  it.each(['api', 'worker'])('ProcessDown fires also when the name %s has no address any more', async (job) => {
    const other = job === 'api' ? 'worker' : 'api';
    expect(await fires('ProcessDown', { [`up{job="${other}"}`]: '1x60' })).toBe(true);
  });
});

it('the settings are what Prometheus takes, and ask each process behind a name', async () => {
  const settings = parse(read('prometheus.yml'));
  const file = join(folder, 'as-shipped.yml');
  writeFileSync(file, stringify({ ...settings, rule_files: [alertsFile] }));
  const { code, out, err } = await runProgram(programs.promtool, ['check', 'config', '--syntax-only', file], {
    cwd: folder,
    env: programs.env,
  });
  expect([code, out + err]).toEqual([0, expect.stringContaining('is valid')]);
  expect(settings.scrape_configs.map(({ dns_sd_configs }: { dns_sd_configs: unknown }) => dns_sd_configs)).toEqual([
    [{ names: ['apis'], type: 'A', port: 3000, refresh_interval: '10s' }],
    [{ names: ['worker'], type: 'A', port: 9464, refresh_interval: '10s' }],
  ]);
});

describe('a Prometheus that reads the two processes', () => {
  let service: Service;
  let server: OwnProcess;
  let url: string;
  beforeAll(async () => {
    service = await Service.start({ env: { METRICS_TOKEN: 'a-secret', WORKER_METRICS_PORT: '0' } });
    const { address } = await service.worker.logged('The metrics of this worker are served');
    const configured = parse(read('prometheus.yml'));
    const ports = { api: service.api.port, worker: (address as { port: number }).port } as Record<string, number>;
    const token = join(folder, 'token');
    writeFileSync(token, 'a-secret');
    // The alerts as they are, but at once.
    const hasty = join(folder, 'alerts.yml');
    writeFileSync(hasty, read('alerts.yml').replaceAll(/^ +for: .*\n/gm, ''));
    const settings = {
      ...configured,
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [hasty],
      // There are no names here.
      scrape_configs: configured.scrape_configs.map(
        ({ dns_sd_configs: _, ...scrape }: { job_name: string; dns_sd_configs: unknown }) => ({
          ...scrape,
          authorization: { credentials_file: token },
          static_configs: [{ targets: [`127.0.0.1:${ports[scrape.job_name]}`] }],
        }),
      ),
    };
    const file = join(folder, 'prometheus.yml');
    writeFileSync(file, stringify(settings));
    mkdirSync(join(folder, 'data'));
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    server = await startProcess({
      command: programs.command,
      args: [
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      env: programs.env,
      logFile: join(folder, 'prometheus.log'),
    });
  });
  afterAll(async () => {
    await server?.stop();
    await service?.stop();
  });

  // biome-ignore lint/suspicious/noExplicitAny: a foreign format
  const ask = async (path: string): Promise<any> => (await fetch(`${url}/api/v1/${path}`)).json();
  const resultOf = async (query: string) => {
    const plain = query.replaceAll('$__rate_interval', '30s');
    const { status, error, data } = await ask(`query?query=${encodeURIComponent(plain)}`);
    if (status !== 'success') throw new Error(`${plain}: ${error}`);
    return data.result as unknown[];
  };

  it('finds both, evaluates every rule, and every panel has a value', async () => {
    const person = await service.client.withAccount();
    await waitUntil(async () => (await resultOf('up == 1').catch(() => [])).length === 2, {
      timeoutMs: 60_000,
      onTimeout: () => new Error(readFileSync(join(folder, 'prometheus.log'), 'utf8')),
    });
    for (let n = 0; n < 4; n++) {
      await person.ingest('a,b\n1,2\n');
      await person.get('/tasks/');
      await new Promise((resolve) => setTimeout(resolve, 1_500));
    }
    expect(queries.length).toBeGreaterThan(20);
    for (const query of queries) expect([query, (await resultOf(query)).length > 0]).toEqual([query, true]);
    const { data } = await ask('rules');
    const evaluated = data.groups.flatMap((group: { rules: { name: string; health: string }[] }) => group.rules);
    expect(evaluated).toHaveLength(rules.length);
    for (const { name, health } of evaluated) expect([name, health]).toEqual([name, 'ok']);
  });

  it('names the dead job in the alert, and each job in the panels', async () => {
    await service.sql.query(
      `INSERT INTO outbox (id, job, payload, run_at, dead_at) VALUES
         (gen_random_uuid(), 'mail.send', '{}', now(), now()), (gen_random_uuid(), 'csv.purge', '{}', now(), now())`,
    );
    // biome-ignore lint/suspicious/noExplicitAny: a foreign format
    const dead = async (): Promise<any[]> =>
      (await ask('alerts')).data.alerts.filter(
        // biome-ignore lint/suspicious/noExplicitAny: a foreign format
        ({ labels, state }: any) => labels.alertname === 'JobsDead' && state === 'firing',
      );
    await waitUntil(async () => (await dead()).length === 2, {
      timeoutMs: 30_000,
      onTimeout: () => new Error('The alert does not fire for each of the two jobs.'),
    });
    expect((await dead()).map(({ annotations }) => annotations.summary.split(':')[0]).sort()).toEqual([
      'Jobs csv.purge are dead',
      'Jobs mail.send are dead',
    ]);
    const panels = queries.filter((query) => /\bjobs\{/.test(query));
    expect(panels).toHaveLength(2);
    for (const query of panels) {
      const shown = (await resultOf(query)) as { metric: { name?: string } }[];
      expect(shown.map(({ metric }) => metric.name)).toEqual(expect.arrayContaining(['mail.send', 'csv.purge']));
    }
    await service.sql.query('DELETE FROM outbox WHERE dead_at IS NOT NULL');
  });
});
