import { UploadsAdmin } from '@app/csv/admin';
import { type DeadJob, DeadJobs } from '@app/jobs';
import { Problem } from '@app/problems';
import { EXIT, tableText, UsageError } from '../outcome.js';
import { adminCommand, type Services } from './command.js';

const MOST = 1_000;

/** The id of what a job is about. The addresses in payloads are not shown. */
const subjectOf = ({ payload }: DeadJob): string => String(payload.upload_id ?? payload.mail_id ?? '');

export const deadJobs = adminCommand({
  command: 'dead-jobs',
  describe: `List jobs whose attempts are used up, at most ${MOST}`,
  options: {},
  async run(services) {
    const jobs = await services.get(DeadJobs).list(MOST);
    const rows = jobs.map((job) => [
      job.id,
      job.job,
      subjectOf(job),
      job.dead_at.toISOString(),
      (job.last_error ?? '').split('\n')[0]!.slice(0, 100),
    ]);
    return {
      text:
        jobs.length === 0 ? 'No job is dead.' : tableText([['id', 'job', 'subject', 'dead since', 'error'], ...rows]),
      json: jobs.map((job) => ({
        id: job.id,
        job: job.job,
        subject: subjectOf(job),
        attempts: job.attempts,
        created_at: job.created_at,
        dead_at: job.dead_at,
        last_error: job.last_error,
      })),
    };
  },
});

interface Retried {
  id: string;
  job: string;
  /** Null when the job is due again. */
  failure: string | null;
}

export const retryJobs = adminCommand({
  command: 'retry-jobs [ids..]',
  describe: 'Give dead jobs all their attempts again',
  options: {
    ids: { describe: 'Ids of dead jobs', type: 'string', array: true, default: [] as string[] },
    all: { describe: `All of them, at most ${MOST}`, type: 'boolean', default: false },
  },
  async run(services, { ids, all }) {
    if (all === ids.length > 0) throw new UsageError('Name the jobs to retry, or give --all.');
    const dead = services.get(DeadJobs);
    const jobs = all ? await dead.list(MOST) : await Promise.all(ids.map((id) => dead.get(id)));
    const retried: Retried[] = [];
    for (const job of jobs) retried.push(await retry(services, job));
    const failed = retried.filter(({ failure }) => failure !== null);
    const lines = failed.map(({ id, job, failure }) => `\n${id} (${job}): ${failure}`).join('');
    return {
      text: `${retried.length - failed.length} of ${retried.length} jobs are due again.${lines}`,
      json: retried,
      exitCode: failed.length > 0 ? EXIT.failed : EXIT.done,
    };
  },
});

async function retry(services: Services, dead: DeadJob): Promise<Retried> {
  const { id, job } = dead;
  try {
    if (job.startsWith('csv.ingest')) await retryUpload(services, dead);
    else await services.get(DeadJobs).revive(id);
    return { id, job, failure: null };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { id, job, failure: error.detail };
  }
}

/** The upload failed when its ingest died. It gets a new job, as its owner's retry would give it; then the dead one is of no use. */
async function retryUpload(services: Services, dead: DeadJob): Promise<void> {
  await services.get(UploadsAdmin).retry(subjectOf(dead));
  await services.get(DeadJobs).forget(dead.id);
}
