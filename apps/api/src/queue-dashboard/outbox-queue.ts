import { type BoardJob, type BoardQueue, type JobBoard, type JobState, jobCatalogue, UNKNOWN_JOBS } from '@app/jobs';
import { BaseAdapter } from '@bull-board/api/dist/queueAdapters/base.js';
import type { JobCounts, JobStatus, QueueJob, QueueJobJson, Status } from '@bull-board/api/dist/types.js';

/** The words of the board for the states of a job. */
const STATES = { active: 'running', waiting: 'due', delayed: 'delayed', failed: 'dead' } as const;
type Word = keyof typeof STATES;
const WORDS = Object.keys(STATES) as Word[];
const wordOf = (state: JobState): Word => WORDS.find((word) => STATES[word] === state)!;

const NO_QUEUE = 'Jobs that this release does not know; they wait for a worker that does.';

/**
 * A queue as bull-board shows it: its jobs are rows of the outbox, and each says what Bull holds of it. Bull alone does not know jobs that
 * are dead, or that it has lost with its Redis. Nothing can be changed here: a change in Bull would not be one of the job.
 */
export class OutboxQueue extends BaseAdapter {
  private bull = '';

  constructor(
    private readonly board: JobBoard,
    private readonly queue: BoardQueue,
  ) {
    super('bull', { readOnlyMode: true });
  }

  getName(): string {
    return this.queue;
  }

  /** What Bull holds, as of the last `getJobCounts`: the board asks for both at once. */
  override getDescription(): string {
    return this.bull;
  }

  async getJobCounts(): Promise<JobCounts> {
    const [counts, inBull] = await Promise.all([this.board.count(this.queue), this.board.countInBull(this.queue)]);
    if (this.queue === UNKNOWN_JOBS) this.bull = NO_QUEUE;
    else if (inBull === null) this.bull = 'Redis does not answer. Jobs wait in PostgreSQL.';
    else this.bull = `Bull holds ${inBull.waiting} waiting, ${inBull.active} active, ${inBull.delayed} delayed.`;
    return Object.fromEntries(WORDS.map((word) => [word, counts[STATES[word]]])) as JobCounts;
  }

  async getJobs(words: JobStatus[], start = 0, end = 9): Promise<QueueJob[]> {
    const states = WORDS.filter((word) => words.includes(word)).map((word) => STATES[word]);
    const jobs = await this.board.list(this.queue, states, start, end - start + 1);
    return jobs.map(shown);
  }

  async getJob(id: string): Promise<QueueJob | null> {
    const job = await this.board.get(this.queue, id);
    return job && shown(job);
  }

  getStatuses = (): Status[] => ['latest', ...WORDS];
  getJobStatuses = (): JobStatus[] => WORDS;
  getRedisInfo = (): Promise<string | null> => this.board.redisInfo();
  isPaused = async (): Promise<boolean> => false;
  getJobLogs = async (): Promise<string[]> => [];
  getMetrics = async () => ({ meta: { count: 0, prevTS: 0, prevCount: 0 }, data: [], count: 0 });
  getGlobalConcurrency = async (): Promise<null> => null;
  getJobSchedulers = async (): Promise<never[]> => [];
  getJobSchedulersCount = async (): Promise<number> => 0;

  addJob = refuse;
  clean = refuse;
  pause = refuse;
  resume = refuse;
  empty = refuse;
  obliterate = refuse;
  promoteAll = refuse;
  setGlobalConcurrency = refuse;
  removeJobScheduler = refuse;
  updateJobScheduler = refuse;
  runJobSchedulerNow = refuse;
}

/** The board offers none of this for a queue that is read-only, and refuses requests for it. */
async function refuse(): Promise<never> {
  throw new Error('The dashboard changes nothing; use "npm run admin".');
}

const shown = (job: BoardJob): QueueJob => ({
  opts: {},
  promote: refuse,
  remove: refuse,
  retry: refuse,
  getState: async () => wordOf(job.state),
  toJSON: () => jsonOf(job),
});

function jsonOf({ job: name, ...job }: BoardJob): QueueJobJson {
  const kind = name in jobCatalogue ? jobCatalogue[name as keyof typeof jobCatalogue] : undefined;
  // A password reset has the address of a person.
  const { email, ...payload } = job.payload;
  return {
    id: job.id,
    name,
    data: {
      ...payload,
      ...job.context,
      bull: job.bull,
      run_at: job.run_at,
      enqueued_at: job.enqueued_at,
      lease_until: job.lease_until,
      claims: job.claims,
      last_error: job.last_error,
    },
    opts: kind ? { attempts: kind.attempts, backoff: kind.backoffMs } : {},
    progress: 0,
    attemptsMade: job.attempts,
    timestamp: job.created_at.getTime(),
    delay: Math.max(0, job.run_at.getTime() - job.created_at.getTime()),
    finishedOn: job.dead_at?.getTime(),
    failedReason: job.state === 'dead' ? (job.last_error ?? 'dead') : '',
    stacktrace: [],
    returnvalue: null,
  };
}
