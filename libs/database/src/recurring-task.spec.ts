import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Recurrence, RecurringTask } from './recurring-task.js';

class Task extends RecurringTask {
  runs = 0;
  atOnce = 0;
  mostAtOnce = 0;

  constructor(
    recurrence: Partial<Recurrence>,
    private readonly work: (run: number) => Promise<unknown> = async () => {},
  ) {
    super({ everyMs: 5, atStart: true, failure: 'Could not do the work', ...recurrence });
  }

  protected async run(): Promise<void> {
    this.runs += 1;
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    try {
      await this.work(this.runs);
    } finally {
      this.atOnce -= 1;
    }
  }
}

describe('a recurring task', () => {
  let task: Task;
  const start = (recurrence: Partial<Recurrence>, work?: (run: number) => Promise<unknown>) => {
    task = new Task(recurrence, work);
    task.onApplicationBootstrap();
    return task;
  };

  afterEach(async () => {
    vi.restoreAllMocks();
    await task.onApplicationShutdown();
  });

  it('runs at start and again after each pause', async () => {
    start({});
    expect(task.runs).toBe(1);
    await vi.waitFor(() => expect(task.runs).toBeGreaterThan(2));
  });

  it('starts with a pause when configured so', async () => {
    start({ atStart: false });
    expect(task.runs).toBe(0);
    await vi.waitFor(() => expect(task.runs).toBeGreaterThan(0));
  });

  it('does not start a run while another is in progress', async () => {
    start({ everyMs: 1 }, () => sleep(20));
    await vi.waitFor(() => expect(task.runs).toBeGreaterThan(2));
    expect(task.mostAtOnce).toBe(1);
  });

  it('logs a failed run and goes on', async () => {
    const logged = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => {});
    const failed = new Error('no');
    start({}, async () => {
      throw failed;
    });
    await vi.waitFor(() => expect(task.runs).toBeGreaterThan(1));
    expect(logged).toHaveBeenCalledWith({ err: failed }, 'Could not do the work');
  });

  it('warns in one line when PostgreSQL is away', async () => {
    const logged = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => {});
    start({}, async () => {
      throw Object.assign(new Error(), { driverError: { code: '57P01' } });
    });
    await vi.waitFor(() => expect(logged).toHaveBeenCalledWith('Could not do the work: PostgreSQL cannot be reached'));
  });

  it('waits for the run in progress when it stops, and runs no more', async () => {
    let ended = false;
    start({}, async () => {
      await sleep(30);
      ended = true;
    });
    await task.onApplicationShutdown();
    expect(ended).toBe(true);
    const { runs } = task;
    await sleep(30);
    expect(task.runs).toBe(runs);
  });
});
