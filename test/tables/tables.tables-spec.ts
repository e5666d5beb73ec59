import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CsvService } from '../../libs/csv/test/csv-service.js';
import { POLLUTIONS } from '../../libs/csv-format/calibration/pollutions.js';
import { fault, isTold } from './expected-reading.js';
import { type MadeUpload, uploadFiles } from './made-uploads.js';

// `TABLES=5000 TABLES_SEED=7` makes more files, and others; `npm run test:tables` makes 5,000.
const FILES = Number(process.env.TABLES ?? 300);
const SEED = Number(process.env.TABLES_SEED ?? 1);
const MAX_WARNED = 1 / 50;

const seedsFrom = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => SEED * 1_000_003 + first + i);

let service: CsvService;
beforeAll(async () => {
  service = await CsvService.start();
});
afterAll(() => service?.stop());

const percent = (part: number, whole: number): string => `${((part / Math.max(1, whole)) * 100).toFixed(1)} %`;

/** What a reader of the failure needs: the seed, what is wrong, and the file. */
const describeFile = ({ seed, file, encoding, reading }: MadeUpload, what: string): string =>
  [
    `seed ${seed}, ${file.pollution}, ${encoding}: ${what}`,
    `told: ${JSON.stringify(reading.told)}; lines that it is about: ${file.lines.slice(0, 20)}`,
    file.text.slice(0, 600),
  ].join('\n');

describe('a table that is written, spoiled in one of many ways and uploaded', () => {
  it('is read as it was meant, or something is said that fits', { timeout: 60_000 + FILES * 400 }, async () => {
    const kinds = new Map<string, { files: number; right: number; told: number }>();
    const silent: string[] = [];
    await uploadFiles(service, seedsFrom(0, FILES), 0.9, (made) => {
      const { file, reading } = made;
      const kind = kinds.get(file.pollution) ?? { files: 0, right: 0, told: 0 };
      kinds.set(file.pollution, kind);
      kind.files++;
      const wrong = fault(file, reading, made.encoding);
      if (wrong === null) kind.right++;
      else if (isTold(file, POLLUTIONS[file.pollution]?.codes ?? [], reading, wrong)) kind.told++;
      else silent.push(describeFile(made, `${wrong.part}: ${wrong.what}`));
    });
    const lines = [...kinds].sort().map(([name, { files, right, told }]) => {
      const codes = POLLUTIONS[name]?.codes.join(', ') ?? '';
      return `| ${name} | ${files} | ${percent(right, files)} | ${percent(told, files)} | ${codes} |`;
    });
    console.log(
      [
        `Seed ${SEED}`,
        '| file | files | right | wrong and told | besides doubt about what is wrong, by |',
        '|---|---|---|---|---|',
        ...lines,
      ].join('\n'),
    );
    expect(silent.length, `${silent.length} are wrong and silent:\n\n${silent.slice(0, 20).join('\n\n')}`).toBe(0);
  });

  it('carries a warning in at most 1 of 50 files that nothing was done to', {
    timeout: 60_000 + FILES * 400,
  }, async () => {
    const warned: string[] = [];
    await uploadFiles(service, seedsFrom(500_000, FILES), 0, (made) => {
      if (made.reading.upload.errors.length > 0) warned.push(describeFile(made, 'warned'));
    });
    console.log(`Seed ${SEED}: ${warned.length} of ${FILES} files that nothing was done to have a warning.`);
    expect(warned.length, warned.join('\n\n')).toBeLessThanOrEqual(FILES * MAX_WARNED);
  });

  it('is spoiled in one of at least 40 ways', () => {
    expect(Object.keys(POLLUTIONS).length).toBeGreaterThanOrEqual(40);
  });
});
