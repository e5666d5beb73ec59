import { Deadline } from '@app/database';
import { metricsText } from '@app/metrics';
import { expect, it } from 'vitest';
import { ScanQueue } from './scan-queue.js';

const told = async () =>
  [...(await metricsText()).matchAll(/^csv_scans\{state="(\w+)"\} (\d+)$/gm)].map(([, state, n]) => `${state} ${n}`);

it('the metrics count the scans that run, and those that wait for their turn', async () => {
  const queue = new ScanQueue({ SCAN_LIMIT: 1, SCAN_LIMIT_PER_USER: 1 });
  let end = () => {};
  const first = queue.run('ada', Deadline.in(10_000), () => new Promise<void>((resolve) => (end = resolve)));
  const second = queue.run('bob', Deadline.in(10_000), told);
  await new Promise(setImmediate);
  expect(await told()).toEqual(['running 1', 'waiting 1']);
  end();
  await first;
  expect(await second).toEqual(['running 1', 'waiting 0']);
  expect(await told()).toEqual(['running 0', 'waiting 0']);
});
