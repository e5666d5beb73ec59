import { needsEscape } from '@app/csv-format';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arbDialect, arbTable } from '../../../../test/support/csv/arbitraries.js';
import { uploadOptions } from '../../../../test/support/csv/dialect.js';
import { cellsOf, writeCsv } from '../../../../test/support/csv/writer.js';
import { IngestBench } from './ingest-bench.js';

let bench: IngestBench;
beforeAll(async () => {
  bench = await IngestBench.start({ INGEST_BATCH_ROWS: '3' });
});
afterAll(() => bench?.stop());

describe('an ingest of any table', () => {
  it('stores the table as it was written, in each dialect and encoding that is declared', async () => {
    const arbFile = arbDialect.chain((dialect) =>
      fc.record({ dialect: fc.constant(dialect), table: arbTable(dialect) }),
    );
    await fc.assert(
      fc.asyncProperty(arbFile, async ({ dialect, table }) => {
        const upload = await bench.ingest(writeCsv(table, dialect), {
          ...uploadOptions(dialect),
          skip: 0,
          skip_footer: 0,
          trim: 'false',
          max_rejects: 0,
        });
        // Warnings about doubts are allowed, because these tables are odd; warnings about dropped or changed records are not.
        const doubts = ['delimiter_absent', 'second_header'];
        const faults = upload.errors.filter(({ code }) => !code.endsWith('_uncertain') && !doubts.includes(code));
        expect(faults).toEqual([]);
        expect(upload).toMatchObject({ status: 'completed', processed_rows: table.rows.length, rejected_rows: 0 });
        expect(upload.cells).toEqual(cellsOf(table));
        const keys = upload.columns.map(({ key }) => key);
        const json = cellsOf(table).map((row) => Object.fromEntries(keys.map((key, column) => [key, row[column]])));
        expect(await bench.json(upload.id)).toEqual(json);
        expect(upload.has_escapes).toBe(table.rows.flat().some(needsEscape));
        if (dialect.header) expect(upload.columns.map(({ name }) => name)).toEqual(table.header);
      }),
      { numRuns: 300 },
    );
  }, 120_000);
});
