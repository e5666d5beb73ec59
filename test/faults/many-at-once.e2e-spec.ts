import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { writeDataSet } from '../../bench/data-sets.js';
import { hashCsv } from '../support/csv/oracle.js';
import { Service } from '../support/service.js';
import { expectExactRows, expectOneMail, orphanedFiles } from '../support/stored-uploads.js';

/** Many uploads to one service. With FAULTS=full the big file has a million rows. */
const FULL = process.env.FAULTS === 'full';
const BIG_ROWS = FULL ? 1_000_000 : 400_000;
const A_FIFTH = 200_000;

let service: Service;
beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => service?.stop());

/** Small and large files, so that both queues and both kinds of table are used. The rows of each upload are different. */
const USERS = 5;
const UPLOADS_EACH = 4;
const ROWS_OF = [1, 1_000, 15_000, 100_000];

describe('uploads at the same time', { timeout: 600_000 }, () => {
  it('all complete with their own rows: twenty uploads of five users', async () => {
    const people = await Promise.all(Array.from({ length: USERS }, () => service.client.withAccount()));
    const files = await Promise.all(
      people.flatMap((person, user) =>
        ROWS_OF.map(async (rows, i) => {
          const filename = `mine-${user}-${i}.csv`;
          const path = join(inject('runFolder'), filename);
          await writeDataSet('B', path, { rows, seed: user * UPLOADS_EACH + i + 1 });
          return { person, filename, path };
        }),
      ),
    );
    expect(files).toHaveLength(20);
    const ids = await Promise.all(
      files.map(async ({ person, path, filename }) => {
        const { status, body } = await person.upload({ path }, filename);
        expect(status).toBe(201);
        return body.id as string;
      }),
    );
    for (const [i, { person, path, filename }] of files.entries()) {
      const upload = await person.untilFinal(ids[i]!, 300_000);
      expect(upload.original_filename).toBe(filename);
      await expectExactRows(service, upload, await hashCsv(path));
      await expectOneMail(service, person.email, filename);
    }
    for (const person of people) {
      expect((await person.get('/csv-data/uploads/')).body.count).toBe(UPLOADS_EACH);
    }
    expect(service.worker.ending).toBeNull();
    expect(await orphanedFiles(service)).toEqual([]);
  });

  it.each([
    { others: 'alone in its queue', bigOnes: 1 },
    { others: 'of as many as a worker ingests at a time and one more', bigOnes: 3 },
  ])(
    'a small one completes before a big one, $others, has advanced by a fifth of a million rows',
    async ({ bigOnes }) => {
      const path = join(inject('runFolder'), 'big.csv');
      await writeDataSet('A', path, { rows: BIG_ROWS });
      const [first, ...more] = await Promise.all(
        Array.from({ length: bigOnes }, async () => {
          const owner = await service.client.withAccount();
          return { owner, id: (await owner.upload({ path }, 'big.csv')).body.id as string };
        }),
      );
      const other = await service.client.withAccount();
      const table = `id,word\n${Array.from({ length: 1_000 }, (_, i) => `${i},word ${i}`).join('\n')}\n`;
      const bigIds = [first!, ...more].map(({ id }) => id);
      /** Committed rows of each big file: the unrounded value behind the progress. */
      const advance = async (): Promise<number[]> => {
        const rows = await service.sql.query(
          `SELECT coalesce(max(row_end), 0)::int AS rows
           FROM unnest($1::uuid[]) WITH ORDINALITY AS big (id, place) LEFT JOIN csv_batches ON upload_id = id
          GROUP BY place ORDER BY place`,
          [bigIds],
        );
        return rows.map((row: { rows: number }) => row.rows);
      };
      await expect
        .poll(async () => Math.max(...(await advance())), { timeout: 60_000, interval: 5 })
        .toBeGreaterThan(0);
      const before = await advance();
      const small = await other.ingest(table, 'small.csv');
      const after = await advance();
      expect(small).toMatchObject({ total_rows: 1_000, processed_rows: 1_000, rejected_rows: 0 });
      // Otherwise the comparison proves nothing.
      const { body } = await first!.owner.get(`/csv-data/uploads/${first!.id}/?nocache=true`);
      expect(body.status).not.toBe('completed');
      const advanced = after.map((rows, i) => rows - before[i]!);
      console.log(`meanwhile ${advanced.join(', ')} rows of big files`);
      expect(Math.max(...advanced)).toBeLessThan(A_FIFTH);
      for (const { owner, id } of [first!, ...more]) {
        expect(await owner.untilFinal(id, 400_000)).toMatchObject({ status: 'completed', total_rows: BIG_ROWS });
      }
    },
  );
});
