import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, Client } from '../../test/support/client.js';

/** Sizes of the uploaded files in rows of some 45 bytes: most are small, a few go to a table of their own. */
const ROWS = [20, 200, 2_000, 20_000];
const SELDOM_ROWS = 900_000;
/** Of a hundred uploads, how many are that large. */
const SELDOM = 1;

const PASSWORD = 'violet-harbour-29-lamps';
const LONGEST_INGEST_MS = 180_000;
const MOST_REPEATS = 5;

/** What a run has done: the time of each request, and each answer that was not as it should be. */
export class Record {
  readonly milliseconds: number[] = [];
  readonly faults: string[] = [];
  journeys = 0;
  repeated = 0;
  uploads = 0;
  rows = 0;

  /** After a 503 with Retry-After the request is sent again, as clients do. It is counted, and is no fault. */
  async call(what: string, status: number, ask: () => Promise<Answer>): Promise<Answer> {
    const from = performance.now();
    let answer = await ask();
    for (let again = 0; answer.status === 503 && again < MOST_REPEATS; again += 1) {
      const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
      if (Number.isNaN(seconds)) break;
      this.repeated += 1;
      await sleep(seconds * 1000);
      answer = await ask();
    }
    this.milliseconds.push(performance.now() - from);
    if (answer.status !== status)
      this.faults.push(`${what}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`);
    return answer;
  }

  require(what: string, found: unknown, expected: unknown): void {
    if (found !== expected) this.faults.push(`${what}: ${found} instead of ${expected}`);
  }
}

type Journey = (person: Client, record: Record) => Promise<void>;

const session: Journey = async (person, record) => {
  const email = `soak-${crypto.randomUUID()}@example.org`;
  const account = { email, password: PASSWORD };
  const anyone = person.as();
  await record.call('register', 201, () => anyone.post('/auth/user/register/', account));
  const login = await record.call('login', 200, () => anyone.post('/auth/user/login/', account));
  const guest = anyone.as(login.body.token);
  record.require('me', (await record.call('me', 200, () => guest.get('/auth/user/me/'))).body.email, email);
  await record.call('logout', 200, () => guest.post('/auth/user/logout/'));
  await record.call('me after logout', 401, () => guest.get('/auth/user/me/'));
};

const tasks: Journey = async (person, record) => {
  const { body } = await record.call('create', 201, () => person.post('/tasks/', { title: 'Water the plants' }));
  const path = `/tasks/${body.id}/`;
  await record.call('list', 200, () => person.get('/tasks/?ordering=-priority'));
  await record.call('change', 200, () => person.send('PATCH', path, { json: { priority: 'high' } }));
  record.require('priority', (await record.call('read', 200, () => person.get(path))).body.priority, 'high');
  await record.call('complete', 200, () => person.post(`${path}complete/`));
  await record.call('delete', 204, () => person.send('DELETE', path));
  await record.call('read deleted', 404, () => person.get(path));
};

const file = (rows: number): string => {
  const lines = ['id,city,price,day'];
  for (let i = 1; i <= rows; i++) lines.push(`${i},${i % 3 ? 'Paris' : 'Rome'},${i % 100}.5,2026-01-0${1 + (i % 9)}`);
  return `${lines.join('\n')}\n`;
};

const uploads: Journey = async (person, record) => {
  const rows = randomInt(100) < SELDOM ? SELDOM_ROWS : ROWS[randomInt(ROWS.length)]!;
  const { body } = await record.call('upload', 201, () => person.upload(file(rows), 'soak.csv'));
  const path = `/csv-data/uploads/${body.id}/`;
  const upload = await ended(person, path, record);
  record.require('status', upload?.status, 'completed');
  record.require('rows', upload?.processed_rows, rows);
  const filters = encodeURIComponent('{"city":"Rome"}');
  const page = await record.call('rows', 200, () =>
    person.get(`${path}data/?filters=${filters}&sort_by=-id&page_size=20`),
  );
  // On a busy machine a count of a large file may be an estimate, and is then marked as one.
  const { total_count: count, total_count_is_estimate: isEstimate } = page.body.pagination ?? {};
  if (!isEstimate) record.require('filtered', count, Math.floor(rows / 3));
  await record.call('columns', 200, () => person.get(`${path}columns/`));
  if (rows <= 20_000) {
    const exported = await record.call('export', 200, () => person.get(`${path}export/?format=csv`));
    record.require('exported', String(exported.body).trimEnd().split('\n').length - 1, rows);
  }
  await record.call('delete', 204, () => person.send('DELETE', path));
  record.uploads += 1;
  record.rows += rows;
};

async function ended(person: Client, path: string, record: Record) {
  for (const end = Date.now() + LONGEST_INGEST_MS; Date.now() < end; await sleep(250)) {
    const { body } = await record.call('progress', 200, () => person.get(`${path}progress/`));
    if (['completed', 'failed', 'cancelled'].includes(body.status))
      return (await record.call('upload', 200, () => person.get(path))).body;
  }
  return undefined;
}

const JOURNEYS: readonly Journey[] = [session, tasks, tasks, tasks, uploads, uploads];

/** Begins `perSecond` journeys a second for this long, at most `atOnce` at a time, and returns when all have ended. */
export async function travel(
  origin: string,
  { seconds, perSecond, atOnce }: { seconds: number; perSecond: number; atOnce: number },
): Promise<Record> {
  const record = new Record();
  const people = await Promise.all(Array.from({ length: 5 }, () => new Client(origin).withAccount()));
  const running = new Set<Promise<void>>();
  const startedAt = performance.now();
  for (let begun = 0; begun < seconds * perSecond; begun += 1) {
    await sleep(Math.max(0, startedAt + (begun * 1000) / perSecond - performance.now()));
    if (performance.now() - startedAt > seconds * 1000) break;
    while (running.size >= atOnce) await Promise.race(running);
    const journey = JOURNEYS[begun % JOURNEYS.length]!;
    const one = journey(people[randomInt(people.length)]!, record)
      .catch((error) => void record.faults.push(`${journey.name}: ${error.cause ?? error}`))
      .then(() => {
        record.journeys += 1;
        running.delete(one);
      });
    running.add(one);
  }
  await Promise.all(running);
  return record;
}
