import type { Client, UploadView } from '../../test/support/client.js';
import type { Request, Requests } from '../measure/load.js';
import { sendLoad } from '../measure/rounds.js';
import { median } from '../measure/statistics.js';
import { type CpuParts, medianParts, withCpu } from './parts-of-cpu.js';
import type { Stage } from './stage.js';

/** The medians of some rounds of one kind of request to one set-up. */
export interface ApisResult {
  scenario: string;
  setUp: string;
  perSecond: number;
  p50: number;
  p99: number;
  /** Milliseconds of CPU for one request. */
  cpu: CpuParts;
  /** Cores that all parts and the client kept busy together. */
  cores: number;
}

export interface ApisOptions {
  counts: number[];
  rounds: number;
  seconds: number;
  connections: number;
}

interface Scenario {
  name: string;
  requests: Requests;
}

interface SetUp {
  name: string;
  origin: string;
  /** Apis that nginx uses; 0 without nginx. */
  apis: number;
}

const TASKS = 100;
const PAGES = 32;

/** Each set-up is asked in turns, so that other work on the machine affects all. */
export async function measureApis(stage: Stage, upload: UploadView, options: ApisOptions): Promise<ApisResult[]> {
  const { rounds, counts } = options;
  const setUps: SetUp[] = [
    { name: '1 api, no proxy', origin: stage.apis[0]!.origin, apis: 0 },
    ...counts.map((count) => ({
      name: `nginx, ${count} ${count === 1 ? 'api' : 'apis'}`,
      origin: stage.nginx.url,
      apis: count,
    })),
  ];
  const results: ApisResult[] = [];
  for (const scenario of await scenarios(stage.client, upload)) {
    await requireAnswers(stage.client.url, scenario);
    const measured = new Map<SetUp, Round[]>(setUps.map((setUp) => [setUp, []]));
    for (let round = 0; round <= rounds; round++) {
      for (const setUp of setUps) {
        const result = await measure(stage, setUp, scenario, options);
        // The first round warms up.
        if (round > 0) measured.get(setUp)!.push(result);
      }
    }
    for (const [setUp, list] of measured) results.push(summary(scenario, setUp, list));
  }
  return results;
}

interface Round {
  perSecond: number;
  p50: number;
  p99: number;
  cpu: CpuParts;
  cores: number;
}

async function measure(
  stage: Stage,
  { origin, apis }: SetUp,
  { requests }: Scenario,
  { seconds, connections }: ApisOptions,
): Promise<Round> {
  if (apis > 0) await stage.nginx.route(stage.apis.map((api, index) => ({ url: api.origin, down: index >= apis })));
  const parts = [...stage.parts, { name: 'nginx', pids: [stage.nginx.pid], family: true }];
  const { result: load, cpu } = await withCpu(parts, () => sendLoad({ origin, requests, connections, seconds }));
  const all: CpuParts = { ...cpu, client: load.cpu };
  const each = Object.entries(all).map(([name, used]) => [name, (used * 1000) / load.requests] as const);
  return {
    perSecond: load.requests / load.seconds,
    p50: load.p50,
    p99: load.p99,
    cpu: Object.fromEntries(each),
    cores: Object.values(all).reduce((sum, used) => sum + used, 0) / load.seconds,
  };
}

const summary = ({ name }: Scenario, setUp: SetUp, rounds: Round[]): ApisResult => ({
  scenario: name,
  setUp: setUp.name,
  perSecond: median(rounds.map(({ perSecond }) => perSecond)),
  p50: median(rounds.map(({ p50 }) => p50)),
  p99: median(rounds.map(({ p99 }) => p99)),
  cpu: medianParts(rounds.map(({ cpu }) => cpu)),
  cores: median(rounds.map(({ cores }) => cores)),
});

async function scenarios(client: Client, { id, processed_rows }: UploadView): Promise<Scenario[]> {
  for (let n = 1; n <= TASKS; n++) {
    const { status } = await client.post('/tasks/', {
      title: `Task number ${n}`,
      description: 'Of usual length.'.repeat(5),
    });
    if (status !== 201) throw new Error(`A task is refused: ${status}`);
  }
  const get = (path: string): Request => ({
    method: 'GET',
    path: `/api/v1${path}`,
    headers: { authorization: `Bearer ${client.token}` },
  });
  const lastPage = Math.ceil(processed_rows / 100);
  const pages = Array.from({ length: PAGES }, (_, n) =>
    get(`/csv-data/uploads/${id}/data/?page=${1 + Math.floor((n * lastPage) / PAGES)}&page_size=100&nocache=true`),
  );
  return [
    { name: 'a page of 100 rows', requests: pages as Requests },
    { name: 'tasks, past the cache', requests: [get('/tasks/?nocache=true')] },
    { name: 'tasks, cached', requests: [get('/tasks/')] },
  ];
}

/** An error is fast, too. */
async function requireAnswers(origin: string, { name, requests }: Scenario): Promise<void> {
  for (const { path, headers } of requests) {
    const answer = await fetch(origin + path, { headers });
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`"${name}" is answered with ${answer.status}.`);
  }
}
