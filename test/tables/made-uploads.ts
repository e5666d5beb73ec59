import { CsvService } from '../../libs/csv/test/csv-service.js';
import { Random } from '../../libs/csv-format/calibration/random.js';
import { type MadeFile, makeFile } from '../../libs/csv-format/calibration/tables.js';
import { canEncode, encode } from '../support/csv/encoding.js';
import type { Reading } from './expected-reading.js';

export interface MadeUpload {
  /** Makes the same file again. */
  seed: number;
  file: MadeFile;
  encoding: string;
  content: Buffer;
  reading: Reading;
}

/** Uploads that are in flight at the same time: most of the time is spent waiting for the disk. */
const AT_ONCE = 12;

/** The file of a seed, in an encoding that has all of its characters. @param share of the files that are polluted */
function fileOf(seed: number, share: number): { file: MadeFile; encoding: string; content: Buffer } {
  const random = new Random(seed);
  const file = makeFile(random, share);
  const wanted = random.weighted([
    ['utf-8', 6],
    ['utf-8-bom', 1],
    ['utf-16le', 1],
    ['windows-1252', 2],
  ] as const);
  // NUL is a pollution, which only UTF-8 is written with here.
  const encoding = canEncode(file.text, wanted) ? wanted : 'utf-8';
  const content = encoding === 'utf-8' ? Buffer.from(file.text) : encode(file.text, encoding);
  return { file, encoding, content };
}

/** Makes files, uploads them without any option, and reads what became of them. */
export async function uploadFiles(
  service: CsvService,
  seeds: readonly number[],
  share: number,
  see: (upload: MadeUpload) => void,
): Promise<void> {
  const waiting = [...seeds];
  const work = async (): Promise<void> => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      const made = fileOf(seed, share);
      see({ seed, ...made, reading: await read(service, made.content) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function read(service: CsvService, content: Buffer): Promise<Reading> {
  const { answer, upload } = await service.ingest(content);
  if (!upload) throw new Error(`The upload was refused: ${JSON.stringify(answer.body)}`);
  const path = `/csv-data/uploads/${upload.id}`;
  const isReady = upload.status === 'completed';
  const data = isReady
    ? (await service.client.get(`${path}/data/?values=text&page_size=500&count=none`)).body.data
    : [];
  const rejects =
    upload.rejected_rows > 0 ? (await service.client.get(`${path}/rejects/?page_size=100`)).body.results : [];
  const warnings = upload.errors as { code: string; first_line?: number }[];
  return {
    upload,
    rows: data.map(({ data: cells }: { data: Record<string, string | null> }) => Object.values(cells)),
    told: [
      ...warnings.map(({ code, first_line }) => ({ code, line: first_line ?? null })),
      ...rejects.map((reject: { code: string; line_number: number }) => ({
        code: reject.code,
        line: reject.line_number,
      })),
    ],
  };
}
