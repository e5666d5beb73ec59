import type { RejectsDownload } from '@csv-tasks/client';
import { defineCommand, loggedIn, uploadArgument, uploadId } from '../command.js';
import { bytes, count, err, printJson, printTable, Table, tell } from '../output.js';
import { programName } from '../program-name.js';
import { write } from './rows.js';

export const uploads = defineCommand({
  command: 'uploads',
  describe: 'List your uploads, newest first',
  builder: (yargs) =>
    yargs
      .option('status', {
        describe: 'Only uploads with this status',
        choices: ['pending', 'processing', 'completed', 'failed', 'cancelled'] as const,
      })
      .option('page', { describe: 'Page of the list', type: 'number', default: 1 }),
  run: async ({ status, page, json }) => {
    const client = loggedIn();
    const query = { page, nocache: true, ...(status && { status }) };
    const list = await client.call(client.api.GET('/api/v1/csv-data/uploads/', { params: { query } }));
    if (json) list.results.forEach(printJson);
    else {
      printTable(
        ['id', 'status', 'rows', 'rejects', 'size', 'created', 'file'],
        list.results.map((upload) => [
          upload.id,
          upload.status,
          count(upload.processed_rows),
          count(upload.rejected_rows),
          bytes(upload.size_bytes),
          upload.created_at,
          upload.original_filename,
        ]),
      );
      tell(`${list.results.length} of ${count(list.count)} uploads`);
    }
    return undefined;
  },
});

export const rejects = defineCommand({
  command: 'rejects <upload>',
  describe: 'Show what was rejected, and why; --csv writes it as a file to correct and upload',
  builder: (yargs) =>
    uploadArgument(yargs)
      .option('csv', { describe: 'The rejected records as they stand in the file', type: 'boolean', default: false })
      .option('output', { alias: 'o', describe: 'File to write, with --csv', type: 'string', implies: 'csv' }),
  run: async ({ upload, csv, output, json }) => {
    const client = loggedIn();
    const id = await uploadId(client, upload);
    if (csv) {
      const download = await client.rejectsDownload(id);
      await write(download.file, output);
      tellHowToUpload(id, download);
      return undefined;
    }
    const table = new Table(['line', 'code', 'reason', 'record']);
    let found = 0;
    for await (const reject of client.rejects(id)) {
      if (json) printJson(reject);
      else table.add([reject.line_number, reject.code, reject.message, reject.raw]);
      found += 1;
    }
    if (!json) {
      table.end();
      tell(found === 1 ? '1 reject' : `${count(found)} rejects`);
    }
    return undefined;
  },
});

/** The encodings that a few records show. */
const SHOWS_ITSELF = /^utf-(8|16)/;

/** Says what the file of rejects lacks, and which options it needs: it does not hold those of the first upload. */
function tellHowToUpload(id: string, { leftOut, encoding }: Omit<RejectsDownload, 'file'>): void {
  if (leftOut > 0)
    tell(
      `${err.yellow('warning')} ${count(leftOut)} of the rejects are not in the file: they have more than 64 KiB. See them: ${programName()} rejects ${id}`,
    );
  const declared = SHOWS_ITSELF.test(encoding) ? '' : `, and --encoding ${encoding}`;
  tell(`Correct it, and upload it with the options that you gave to the first file, except --skip${declared}.`);
}

export const columns = defineCommand({
  command: 'columns <upload>',
  describe: 'Show the columns of an upload, and what they hold',
  builder: (yargs) => uploadArgument(yargs),
  run: async ({ upload, json }) => {
    const client = loggedIn();
    const id = await uploadId(client, upload);
    const answer = await client.call(
      client.api.GET('/api/v1/csv-data/uploads/{id}/columns/', { params: { path: { id } } }),
    );
    if (json) printJson(answer);
    else
      printTable(
        ['column', 'name', 'type', 'filled', 'empty', 'distinct', 'min', 'max'],
        answer.columns.map(({ key, name, type, filled, empty, distinct, min, max }) => [
          key,
          name,
          type,
          filled,
          empty,
          distinct,
          min,
          max,
        ]),
      );
    if (answer.profile === 'building') tell('The values are still being counted; ask again in a few seconds.');
    return undefined;
  },
});
