import { afterAll, beforeAll, expect, it } from 'vitest';
import { soak } from '../../bench/soak/soak.js';
import { Service } from '../support/service.js';

// `npm run soak` does the same for ten minutes, and looks at memory too, which half a minute is too short for.

let service: Service;
beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => service?.stop());

it('half a minute of registrations, tasks, uploads, queries, exports and deletes has no fault and leaves nothing', async () => {
  const { record, left, report } = await soak(
    {
      origin: service.api.url,
      databaseUrl: service.database.url,
      processes: [
        { name: 'api', pid: service.api.pid },
        { name: 'worker', pid: service.worker.pid },
      ],
    },
    { seconds: 30, perSecond: 4, atOnce: 12 },
  );
  console.log(report);
  expect(record.faults).toEqual([]);
  expect(left).toEqual([]);
  expect(record.uploads).toBeGreaterThan(0);
});
