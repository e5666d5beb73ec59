import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UploadView } from '../../../test/support/client.js';
import { CsvService } from './csv-service.js';
import { type Claims, loadSilentFaults } from './silent-faults.js';

const files = loadSilentFaults();

let service: CsvService;
beforeAll(async () => {
  service = await CsvService.start();
});
afterAll(() => service?.stop());

/** Everything that the claims of an expectation may be about, under the names that the claims use. */
async function factsOf(upload: UploadView): Promise<Required<Claims>> {
  const path = `/csv-data/uploads/${upload.id}`;
  const isReady = upload.status === 'completed';
  const texts = isReady ? (await service.client.get(`${path}/data/?values=text`)).body.data : [];
  const typed = isReady ? (await service.client.get(`${path}/data/?page_size=1`)).body.data : [];
  const [reject] = (await service.client.get(`${path}/rejects/`)).body.results;
  const { has_header, preamble_lines, encoding } = upload.dialect as Required<Claims>;
  const raw = reject?.raw_base64 ?? Buffer.from(reject?.raw ?? '').toString('base64');
  return {
    status: upload.status as 'completed' | 'failed',
    rows: upload.processed_rows,
    rejects: upload.rejected_rows,
    has_header,
    preamble_lines,
    encoding,
    columns: upload.columns.map(({ name, key }) => name || key),
    width: upload.columns.length,
    types: Object.fromEntries(upload.columns.map(({ name, type }) => [name, type])) as Required<Claims>['types'],
    warnings: upload.errors.map(({ code }) => code),
    cells: Object.fromEntries(
      texts.map(({ row_id, data }: { row_id: number; data: object }) => [row_id, Object.values(data)]),
    ),
    first_json: typed[0]?.data ?? {},
    reject_code: reject?.code,
    reject_raw_base64: raw,
  };
}

function expectClaims(facts: Required<Claims>, { warnings, ...claims }: Claims): void {
  expect(facts).toMatchObject(claims);
  if (warnings) expect(facts.warnings).toEqual(expect.arrayContaining(warnings));
}

describe.concurrent('a file that was once read wrongly without a warning', () => {
  it.each(files.map((file) => [file.name, file.expected.title, file] as const))(
    'is read as expected: %s, %s',
    async (_name, _title, { content, expected: { title, options, status_code, code, anyOf, ...claims } }) => {
      const { answer, upload } = await service.ingest(content, options);
      expect({ status_code: answer.status, code: answer.body.code }).toEqual({ status_code, code });
      if (!upload) return;
      const facts = await factsOf(upload);
      if (!anyOf?.some(({ status }) => status === 'failed')) expect(facts.status).toBe(claims.status ?? 'completed');
      expectClaims(facts, claims);
      const holds = (some: Claims): boolean => {
        try {
          expectClaims(facts, some);
          return true;
        } catch {
          return false;
        }
      };
      if (anyOf) expect(anyOf.some(holds), `${JSON.stringify(facts)} is none of ${JSON.stringify(anyOf)}`).toBe(true);
    },
  );

  it('is one of at least 33', () => {
    expect(files.length).toBeGreaterThanOrEqual(33);
  });
});
