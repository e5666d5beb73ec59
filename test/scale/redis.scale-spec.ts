import { afterEach, describe, expect, it } from 'vitest';
import { type RedisTopology, startRedisCluster, startRedisSentinel } from '../support/redis-topology.js';
import { Service } from '../support/service.js';

let topology: RedisTopology;
let service: Service;
afterEach(async () => {
  await service?.stop();
  await topology?.stop();
});

const ROWS = 50_000;
const file = (seed: number) =>
  `id,city,note\n${Array.from({ length: ROWS }, (_, i) => `${i},Paris ${(i * seed) % 1000},note ${seed} of row ${i}`).join('\n')}\n`;

describe.each([
  ['a Cluster of three masters with replicas', startRedisCluster],
  ['a master, its replica and three Sentinels', startRedisSentinel],
])('with %s', (_, start) => {
  it('uploads, tasks, mails and answers are right while a master dies and a replica takes over', async () => {
    topology = await start();
    service = await Service.start({ apis: 2, workers: 2, env: { REDIS_URL: topology.url } });
    const person = await service.client.withAccount();
    const other = person.as(person.token);
    const { body: task } = await person.post('/tasks/', { title: 'Water the plants' });
    const ids: string[] = [];
    for (const seed of [1, 2, 3]) ids.push((await person.upload(file(seed), `cities-${seed}.csv`)).body.id);
    const dead = await topology.killMaster();
    // Every write is seen by the next read, also while nobody is the master.
    let version = 0;
    const failover = topology.failedOver(dead).then(() => true);
    for (let over = false; !over; over = await Promise.race([failover, Promise.resolve(false)])) {
      version += 1;
      const changed = await person.send('PATCH', `/tasks/${task.id}/`, { json: { title: `Version ${version}` } });
      expect(changed.status).toBe(200);
      expect((await other.get(`/tasks/${task.id}/`)).body.title).toBe(`Version ${version}`);
      const { body } = await other.get('/tasks/');
      expect(body.results.map(({ title }: { title: string }) => title)).toEqual([`Version ${version}`]);
    }
    for (const id of ids) {
      const upload = await person.untilFinal(id);
      expect(upload).toMatchObject({ status: 'completed', processed_rows: ROWS, rejected_rows: 0 });
    }
    await person.post(`/tasks/${task.id}/complete/`);
    await service.inbox.waitForExactly(
      1,
      ({ to, subject }) => to.includes(person.email) && subject === `Completed: Version ${version}`,
    );
    await service.idle(60_000);
  });
});
