import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { UploadView } from '../../test/support/client.js';
import { hashRows, type RowsHash } from '../../test/support/csv/oracle.js';
import type { Cell } from '../../test/support/csv/writer.js';
import type { Stage } from './stage.js';

/**
 * Compares every cell of an upload, and the order of the rows, with what another parser finds in the file. The rows come from the
 * export: it fails by itself where a row number is missing.
 * @throws Error when they differ
 */
export async function requireSameRows(stage: Stage, expected: RowsHash, upload: UploadView): Promise<void> {
  const stored = await hashRows(exportedRows(stage, upload));
  if (stored.rows !== expected.rows || stored.sha256 !== expected.sha256)
    throw new Error(`The rows differ: ${JSON.stringify({ stored, expected })}`);
  const { body } = await stage.client.get(`/csv-data/uploads/${upload.id}/data/?page=${Math.ceil(stored.rows / 100)}`);
  if (body.data.at(-1)?.row_id !== stored.rows) throw new Error(`The last row is not number ${stored.rows}.`);
}

async function* exportedRows({ client }: Stage, upload: UploadView): AsyncGenerator<Cell[]> {
  const request = get(`${client.url}/api/v1/csv-data/uploads/${upload.id}/export/?format=ndjson&values=text`, {
    headers: { authorization: `Bearer ${client.token}` },
  });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`The export answers ${response.statusCode}.`);
  const keys = upload.columns.map(({ key }) => key);
  for await (const line of linesOf(response)) {
    const row = JSON.parse(line) as Record<string, Cell>;
    yield keys.map((key) => row[key] ?? null);
  }
}

/** Lines that end with LF. Not with node:readline, which also ends lines at U+2028. */
async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== '') throw new Error('The export ends within a line.');
}
