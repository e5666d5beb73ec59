import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../support/client.js';
import { Service } from '../../support/service.js';
import { type Call, callsOf } from './calls.js';
import { Description } from './description.js';
import { faultsOf } from './judge.js';
import { PASSWORD, Sender } from './sender.js';

/** `npm run test:security` makes 20,000 calls with a seed of its own; otherwise 3,000, always the same. FUZZ_SEED repeats a run. */
const FULL = process.env.SECURITY === 'full';
const CALLS = FULL ? 20_000 : 3_000;
const SEED = Number(process.env.FUZZ_SEED ?? (FULL ? Date.now() % 2 ** 31 : 12));
const AT_ONCE = 6;

let service: Service;
let description: Description;
let sender: Sender;

beforeAll(async () => {
  service = await Service.start();
  const [person, other] = [
    await service.client.withAccount({ password: PASSWORD }),
    await service.client.withAccount(),
  ];
  const own = async (client: Client) => ({
    task: (await client.post('/tasks/', { title: 'Water the plants' })).body.id as string,
    upload: (await client.ingest('city,price,day\nParis,1.5,2026-01-02\nRome,2,2026-03-04\nOslo,4\n')).id,
  });
  const guest = await service.client.withAccount();
  await guest.post('/auth/user/logout/');
  sender = new Sender(service.api.url, person, await own(other), guest.token!, service.inbox, {
    ...(await own(person)),
    failed: (await person.untilFinal((await person.upload('a,b\n1\0,2\n')).body.id)).id,
  });
  description = new Description((await service.client.get('/api/openapi.json')).body);
});
afterAll(() => service?.stop());

/** How often each operation answered with each status. */
class Tally {
  private readonly counts = new Map<string, Map<string, number>>();

  add(operation: string, status: string): void {
    const row = this.counts.get(operation) ?? new Map<string, number>();
    this.counts.set(operation, row.set(status, (row.get(status) ?? 0) + 1));
  }

  hasSuccess(operation: string): boolean {
    return [...(this.counts.get(operation)?.keys() ?? [])].some((status) => status.startsWith('2'));
  }

  toString(): string {
    const statuses = [...new Set([...this.counts.values()].flatMap((row) => [...row.keys()]))].sort();
    const line = (name: string, cells: string[]) => name.padEnd(22) + cells.map((cell) => cell.padStart(6)).join('');
    const rows = [...this.counts].map(([name, row]) =>
      line(
        name,
        statuses.map((status) => `${row.get(status) ?? '.'}`),
      ),
    );
    return [line('', statuses), ...rows].join('\n');
  }
}

const show = ({ operation, method, idKind, tokenKind, query, headers, body, contentType }: Call) =>
  JSON.stringify({
    call: `${method} ${operation.path}`,
    idKind,
    tokenKind,
    query,
    headers,
    contentType,
    body: String(body),
  }).slice(0, 800);

describe('calls made from the OpenAPI document', () => {
  it('get answers that the document describes, and never a fault of the server', { timeout: 1_800_000 }, async () => {
    const arbitrary = fc.oneof(...description.operations.map((operation) => callsOf(operation, description)));
    const calls = fc.sample(arbitrary, { numRuns: CALLS, seed: SEED });
    const tally = new Tally();
    const faults = new Map<string, string>();
    const startedAt = Date.now();
    let next = 0;
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (next < calls.length) {
          const call = calls[next++]!;
          try {
            const received = await sender.send(call);
            tally.add(call.operation.id, call.method === call.operation.method ? `${received.status}` : `other`);
            for (const fault of faultsOf(call, received)) {
              const kind = `${call.operation.id} ${received.status}: ${fault}`;
              if (!faults.has(kind)) faults.set(kind, `${show(call)}\n  ${received.text.slice(0, 400)}`);
            }
          } catch (error) {
            faults.set(
              `${call.operation.id}: no answer: ${(error as Error).cause ?? (error as Error).stack}`,
              show(call),
            );
          }
        }
      }),
    );
    console.log(
      `${calls.length} calls in ${Math.round((Date.now() - startedAt) / 1000)} s, FUZZ_SEED=${SEED}\n${tally}`,
    );
    expect([...faults].map(([kind, call]) => `${kind}\n  ${call}`).join('\n')).toBe('');
    expect(description.operations.map(({ id }) => id).filter((id) => !tally.hasSuccess(id))).toEqual([]);
    expect([...service.apis, ...service.workers].map(({ ending }) => ending)).toEqual([null, null]);
  });
});
