import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Answer, Client } from '../support/client.js';
import { Service } from '../support/service.js';
import { type DelayProxy, startDelayProxy } from './cache-truth.delay-proxy.js';
import {
  type Belongings,
  oneTask,
  oneUpload,
  type Query,
  type Truth,
  taskList,
  uploadList,
} from './cache-truth.model.js';

// Real: two api processes and a worker, with PostgreSQL and Redis. The model that they are compared with has no cache.

/** Number of random sequences; each takes half a second to one second. */
const PLAYS = Number(process.env.CACHE_TRUTH_PLAYS ?? 20);
/** Time limit. After it, the smallest counterexample so far is reported. */
const TIME_LIMIT_MS = 60_000 + PLAYS * 5_000;
const PEOPLE = 2;

const PASSWORD = 'violet-harbour-29-lamps';
const NEVER = '019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c';
/** By default, fetch adds `no-cache` to a request with If-None-Match. */
const VIA_CACHE = { 'cache-control': 'max-age=0' };
const GOOD_FILE = 'fruit,price\napple,1\nmango,2\n';
/** One record is too long: the upload fails with max_rejects=0, and a retry that allows rejects completes. */
const FAULTY_FILE = 'fruit,price\napple,1\nmango,2,3\n';

/** The process whose answers from PostgreSQL are delayed during a write, and the process that writes. */
const SLOW = 1;
const QUICK = 0;
const HELD_UP_MS = 40;

let service: Service;
let delayProxy: DelayProxy;
beforeAll(async () => {
  service = await Service.start({ apis: 1, workers: 1 });
  delayProxy = await startDelayProxy(service.database.url);
  await service.addApi({ DATABASE_URL: delayProxy.url });
});
afterAll(async () => {
  await service?.stop();
  await delayProxy?.stop();
});

const person = fc.nat(PEOPLE - 1);
const api = fc.nat(1);
/** A query with some of these parameters. */
const someOf = <T extends object>(of: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(of, { requiredKeys: [] });

const filters = {
  status: fc.constantFrom('pending', 'completed'),
  priority: fc.constantFrom('low', 'high'),
  due_before: fc.constant('2027-03-01'),
  overdue: fc.constantFrom('true', 'false'),
  search: fc.constant('an'),
};
const pages = {
  ordering: fc.constantFrom('title', '-priority,title', 'due_date', '-due_date', 'status'),
  page_size: fc.constant('2'),
  page: fc.constantFrom('1', '2'),
};
// Rarely all filters together: they would match nothing, and an empty list is nearly always right.
const taskQuery = fc.oneof(
  someOf<Query>(pages),
  someOf<Query>({ status: filters.status, search: filters.search }),
  someOf<Query>({ ...filters, ...pages }),
);
const uploadQuery = someOf<Query>({ status: fc.constantFrom('completed', 'failed'), page_size: fc.constant('1') });

const fields = fc.record({
  title: fc.constantFrom('apple', 'Banana', 'mango'),
  description: fc.constantFrom('', 'an end'),
  status: fc.constantFrom('pending', 'in_progress', 'completed'),
  priority: fc.constantFrom('low', 'medium', 'high'),
  due_date: fc.constantFrom(null, '2020-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z', '2027-06-01T00:00:00.000Z'),
});

const read = fc.record({
  read: fc.constantFrom('tasks', 'tasks', 'tasks', 'task', 'task', 'me', 'uploads', 'upload', 'rows'),
  by: person,
  api,
  /** Index into the few queries of the sequence, so that queries repeat. */
  query: fc.nat(2),
  /** Owner and index of the object to read. Objects of other users are not found. */
  whose: person,
  which: fc.nat(9),
  how: fc.constantFrom('plain', 'plain', 'other spelling', 'conditional', 'nocache'),
});
type Read = typeof read extends fc.Arbitrary<infer R> ? R : never;

const write = fc.record({
  write: fc.oneof(
    { weight: 3, arbitrary: fc.constant('create') },
    { weight: 4, arbitrary: fc.constantFrom('put', 'patch', 'complete', 'delete') },
    {
      weight: 3,
      arbitrary: fc.constantFrom('upload', 'upload', 'upload a faulty file', 'retry', 'delete upload', 'log out'),
    },
  ),
  by: person,
  api,
  which: fc.nat(9),
  fields,
  /** Started before the write. PostgreSQL's answer, with the old data, arrives after the write. */
  meanwhile: fc.array(read, { maxLength: 3 }),
});
type Write = typeof write extends fc.Arbitrary<infer W> ? W : never;

const play = fc.record({
  taskQueries: fc.tuple(taskQuery, taskQuery, taskQuery),
  uploadQueries: fc.tuple(uploadQuery, uploadQuery, uploadQuery),
  steps: fc.array(fc.oneof({ weight: 3, arbitrary: read }, { weight: 2, arbitrary: write }), {
    minLength: 1,
    maxLength: 25,
    size: 'max',
  }),
});
type Play = typeof play extends fc.Arbitrary<infer P> ? P : never;

/** Counts of cache outcomes: a run without cache hits proves nothing. */
const outcomes: Record<string, number> = { HIT: 0, MISS: 0, BYPASS: 0, '304': 0 };

/** A user of two api processes, and the data that they must show. */
class Player {
  has: Belongings = { tasks: [], uploads: [] };
  /** Ids of the user's deleted objects, which are requested again. */
  readonly had: Record<keyof Belongings, string[]> = { tasks: [], uploads: [] };
  private readonly seen = new Map<string, Answer>();

  private constructor(
    readonly email: string,
    private token: string,
  ) {}

  static async join(): Promise<Player> {
    const { email, token } = await service.client.withAccount();
    return new Player(email, token!);
  }

  at(api: number): Client {
    return new Client(service.apis[api]!.url, this.token);
  }

  idOf(kind: keyof Belongings, which: number): string {
    return this.had[kind][which % this.had[kind].length] ?? NEVER;
  }

  /** Sends the request; a `conditional` one has the ETag of the last answer and accepts 304. */
  async ask(api: number, path: string, query: Query, how: Read['how']): Promise<Answer> {
    const pairs = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
    if (how === 'other spelling') pairs.reverse();
    if (how === 'nocache') pairs.push(['nocache', 'true']);
    const question = path + JSON.stringify(query);
    const known = how === 'conditional' ? this.seen.get(question) : undefined;
    const answer = await this.at(api).get(
      `${path}${how === 'other spelling' ? '' : '/'}?${new URLSearchParams(pairs)}`,
      known && { 'if-none-match': known.headers.get('etag')!, ...VIA_CACHE },
    );
    const outcome = answer.status === 304 ? '304' : answer.headers.get('x-cache');
    if (outcome !== null) outcomes[outcome]! += 1;
    if (answer.status === 304) return { ...known!, status: 200 };
    if (answer.status === 200) this.seen.set(question, answer);
    return answer;
  }

  addTask(task: Belongings['tasks'][number]): void {
    this.had.tasks.push(task.id);
    this.has = { ...this.has, tasks: [...this.has.tasks, taskView(task)] };
  }

  changeTask(id: string, change: object): void {
    this.has = { ...this.has, tasks: this.has.tasks.map((task) => (task.id === id ? { ...task, ...change } : task)) };
  }

  setUpload(upload: Belongings['uploads'][number]): void {
    if (!this.had.uploads.includes(upload.id)) this.had.uploads.push(upload.id);
    const others = this.has.uploads.filter(({ id }) => id !== upload.id);
    this.has = { ...this.has, uploads: [...others, uploadView(upload)] };
  }

  lose(kind: keyof Belongings, lost: string): void {
    this.has = { ...this.has, [kind]: this.has[kind].filter(({ id }) => id !== lost) };
  }

  /** Logs out and logs in again. */
  async changeSession(api: number): Promise<void> {
    const old = [this.at(0), this.at(1)];
    expect((await this.at(api).post('/auth/user/logout/')).status).toBe(200);
    for (const client of old) expect((await client.get('/auth/user/me/')).status, 'after logging out').toBe(401);
    const login = await service.client.post('/auth/user/login/', { email: this.email, password: PASSWORD });
    this.token = login.body.token;
  }
}

const taskView = ({ id, title, description, status, priority, due_date, created_at }: Belongings['tasks'][number]) => ({
  id,
  title,
  description,
  status,
  priority,
  due_date,
  created_at,
});
const uploadView = ({ id, status, processed_rows, rejected_rows }: Belongings['uploads'][number]) => ({
  id,
  status,
  processed_rows,
  rejected_rows,
});

interface Question {
  path: string;
  query?: Query;
  /** The expected answer of the model at the time of the call. */
  truth: () => Truth;
  /** The part of an answer that the model knows. */
  view: (body: Answer['body']) => unknown;
}

const ok = (body: unknown): Truth => ({ status: 200, body });

function questionOf({ read, by, query, whose, which }: Read, players: Player[], script: Play): Question {
  const reader = players[by]!;
  const owner = players[whose]!;
  const taskId = owner.idOf('tasks', which);
  const uploadId = owner.idOf('uploads', which);
  switch (read) {
    case 'tasks': {
      const asked = script.taskQueries[query]!;
      return {
        path: '/tasks',
        query: asked,
        truth: () => taskList(reader.has, asked, new Date()),
        view: ({ count, results }) => ({ count, results: results.map(taskView) }),
      };
    }
    case 'task':
      return { path: `/tasks/${taskId}`, truth: () => oneTask(reader.has, taskId), view: taskView };
    case 'uploads': {
      const asked = script.uploadQueries[query]!;
      return {
        path: '/csv-data/uploads',
        query: asked,
        truth: () => uploadList(reader.has, asked),
        view: ({ count, results }) => ({ count, results: results.map(uploadView) }),
      };
    }
    case 'upload':
      return { path: `/csv-data/uploads/${uploadId}`, truth: () => oneUpload(reader.has, uploadId), view: uploadView };
    case 'rows':
      return {
        path: `/csv-data/uploads/${uploadId}/data`,
        truth: () => {
          const upload = reader.has.uploads.find(({ id }) => id === uploadId);
          if (upload === undefined) return { status: 404 };
          return upload.status === 'completed' ? ok(upload.processed_rows) : { status: 409 };
        },
        view: ({ data }) => data.length,
      };
    default:
      return { path: '/auth/user/me', truth: () => ok(reader.email), view: ({ email }) => email };
  }
}

async function perform(script: Play): Promise<void> {
  const players = await Promise.all(Array.from({ length: PEOPLE }, Player.join));
  const asking = async (read: Read, { path, query = {}, view }: Question): Promise<Truth> => {
    const { status, body } = await players[read.by]!.ask(read.api, path, query, read.how);
    return status === 200 ? ok(view(body)) : { status };
  };
  const expectTruth = async (read: Read, place: string) => {
    const question = questionOf(read, players, script);
    expect(await asking(read, question), place).toEqual(question.truth());
  };
  const asked: Read[] = [];
  for (const [number, step] of script.steps.entries()) {
    const place = `step ${number + 1}, ${JSON.stringify(step)}`;
    if ('read' in step) {
      // From both processes and by every user: the second answer should come from the cache, and only for its user.
      const others = players.map((_, by) => by).filter((by) => by !== step.by);
      for (const by of [step.by, ...others])
        for (const api of [step.api, 1 - step.api]) await expectTruth({ ...step, by, api }, place);
      asked.push(step);
      continue;
    }
    const early = step.meanwhile.map((read) => ({ ...read, api: SLOW }));
    const before = players.map(({ has }) => has);
    if (early.length > 0) delayProxy.delayMs = HELD_UP_MS;
    const answers = Promise.allSettled(early.map((read) => asking(read, questionOf(read, players, script))));
    // Long enough for the queries to reach PostgreSQL, and shorter than the delay of its answers.
    if (early.length > 0) await sleep(HELD_UP_MS / 4);
    const written = carryOut(early.length > 0 ? { ...step, api: QUICK } : step, players[step.by]!);
    const [settled] = await Promise.all([answers, written]).finally(() => {
      delayProxy.delayMs = 0;
    });
    for (const [i, { by, read }] of early.entries())
      expectOwn(settled[i]!, [before[by]!, players[by]!.has], `${place}: ${read}`);
    // Repeats the earlier reads of the writer, first at the other process and then at the process of the write.
    for (const read of [...early, ...asked].filter(({ by }) => by === step.by))
      for (const api of [1 - step.api, step.api]) await expectTruth({ ...read, api }, `${place}, then ${read.read}`);
  }
}

/** A read during a write may see the state before or after it, also in part, but never the data of another user. */
function expectOwn(outcome: PromiseSettledResult<Truth>, either: Belongings[], place: string): void {
  if (outcome.status === 'rejected') throw outcome.reason;
  const { body } = outcome.value;
  if (typeof body !== 'object' || body === null) return;
  const shown = 'results' in body ? (body.results as { id: string; title?: string }[]) : [body as { id: string }];
  const tasks = either.flatMap((belongings) => belongings.tasks);
  const uploadIds = either.flatMap(({ uploads }) => uploads.map(({ id }) => id));
  for (const one of shown) {
    if ('title' in one) expect(tasks, place).toContainEqual(one);
    else expect(uploadIds, place).toContain(one.id);
  }
}

async function carryOut({ write, api, which, fields }: Write, player: Player): Promise<void> {
  const client = player.at(api);
  const { tasks, uploads } = player.has;
  const task = tasks[which % tasks.length];
  const upload = uploads[which % uploads.length];
  const send = async (status: number, method: string, path: string, json?: unknown) => {
    const answer = await client.send(method, path, { json });
    expect(answer.status, `${method} ${path}`).toBe(status);
    return answer.body;
  };
  const receive = async (file: string) => {
    const newest = async () => (await player.at(1 - api).get('/csv-data/uploads/')).body.results[0]?.id;
    // Checked once, because the worker invalidates this answer a moment later.
    expect(await newest()).toBe(uploads.toSorted((a, b) => (a.id < b.id ? 1 : -1))[0]?.id);
    const { status, body } = await client.upload(file, 'fruit.csv', '?max_rejects=0');
    expect(status).toBe(201);
    expect(await newest(), 'after an upload').toBe(body.id);
    player.setUpload((await client.untilFinal(body.id)) as never);
  };
  switch (write) {
    case 'create':
      player.addTask(await send(201, 'POST', '/tasks/', fields));
      break;
    case 'put':
      if (!task) break;
      await send(200, 'PUT', `/tasks/${task.id}/`, fields);
      player.changeTask(task.id, fields);
      break;
    case 'patch': {
      if (!task) break;
      const { title, status } = fields;
      await send(200, 'PATCH', `/tasks/${task.id}/`, { title, status });
      player.changeTask(task.id, { title, status });
      break;
    }
    case 'complete':
      if (!task) break;
      await send(200, 'POST', `/tasks/${task.id}/complete/`);
      player.changeTask(task.id, { status: 'completed' });
      break;
    case 'delete':
      if (!task) break;
      await send(204, 'DELETE', `/tasks/${task.id}/`);
      player.lose('tasks', task.id);
      break;
    case 'upload':
      await receive(GOOD_FILE);
      break;
    case 'upload a faulty file':
      await receive(FAULTY_FILE);
      break;
    case 'retry':
      if (upload?.status !== 'failed') break;
      await send(202, 'POST', `/csv-data/uploads/${upload.id}/retry/?max_rejects=1`);
      player.setUpload((await client.untilFinal(upload.id)) as never);
      break;
    case 'delete upload':
      if (!upload) break;
      await send(204, 'DELETE', `/csv-data/uploads/${upload.id}/`);
      player.lose('uploads', upload.id);
      break;
    case 'log out':
      await player.changeSession(api);
  }
}

it(
  'no answer of two processes is older than a write or belongs to another user',
  async () => {
    await fc.assert(fc.asyncProperty(play, perform), {
      numRuns: PLAYS,
      interruptAfterTimeLimit: TIME_LIMIT_MS,
      markInterruptAsFailure: true,
    });
    console.log(`${PLAYS} plays; answers: ${JSON.stringify(outcomes)}`);
    expect(outcomes.HIT).toBeGreaterThan(PLAYS);
    expect(outcomes['304']).toBeGreaterThan(0);
  },
  120_000 + PLAYS * 5_000,
);
