import { defineCommand, loggedIn, uploadArgument, uploadId } from '../command.js';
import { bytes, count, printJson, printTable, tell } from '../output.js';
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
      await write(await client.rejectsFile(id), output);
      return undefined;
    }
    const found = [];
    for await (const reject of client.rejects(id)) {
      if (json) printJson(reject);
      else found.push([reject.line_number, reject.code, reject.message, reject.raw]);
    }
    if (!json) {
      printTable(['line', 'code', 'reason', 'record'], found);
      tell(`${count(found.length)} rejects`);
    }
    return undefined;
  },
});

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
