import { type CsvTasks, ProblemError, type Upload, type UploadOptions } from '@csv-tasks/client';
import { defineCommand, loggedIn } from '../command.js';
import { EXIT, type ExitCode, worst } from '../exit-codes.js';
import { showLoneDash } from '../lone-dash.js';
import { count, err, faultText, print, printJson, tell } from '../output.js';
import { programName } from '../program-name.js';
import { type Source, sourceOf } from '../source.js';
import { UploadProgressView } from '../upload-progress.js';
import { readOptionsOf, withReadOptions } from './read-options.js';

export const upload = defineCommand({
  command: 'upload <files..>',
  describe: 'Upload files, and wait until they are stored; - reads standard input',
  builder: (yargs) =>
    withReadOptions(
      yargs
        .positional('files', { describe: 'CSV files, or -', type: 'string', array: true, demandOption: true })
        .option('filename', {
          alias: 'name',
          describe: 'Name for the file, if it is -',
          type: 'string',
          default: 'stdin.csv',
        })
        .option('wait', { describe: 'Wait until the file is stored', type: 'boolean', default: true }),
    ),
  run: async (options) => {
    const sources = options.files.map((file) => sourceOf(showLoneDash(file), options.filename));
    const client = loggedIn();
    const codes: ExitCode[] = [];
    for (const source of sources) codes.push(await uploadOne(client, source, readOptionsOf({ ...options }), options));
    return worst(codes);
  },
});

async function uploadOne(
  client: CsvTasks,
  source: Source,
  options: UploadOptions,
  { wait, json }: { wait: boolean; json: boolean },
): Promise<ExitCode> {
  const view = new UploadProgressView(source.name, source.size);
  try {
    let stored = await client.upload(source.open(), {
      filename: source.name,
      options,
      onBytes: (sent) => view.sent(sent),
    });
    if (wait) stored = await client.wait(stored.id, { onProgress: (progress) => view.reading(progress) });
    view.end();
    if (json) printJson(stored);
    else print(summaryOf(stored));
    tellFaults(stored, json);
    return wait ? codeOf(stored) : EXIT.done;
  } catch (error) {
    view.end();
    if (!(error instanceof ProblemError)) throw error;
    // The other files may succeed.
    tell(`${err.red('failed')} ${source.name}: ${error.message} (${error.code})`);
    if (json) printJson({ original_filename: source.name, problem: error.problem });
    return EXIT.failed;
  }
}

function codeOf({ status, rejected_rows }: Upload): ExitCode {
  if (status !== 'completed') return EXIT.failed;
  return rejected_rows > 0 ? EXIT.rejects : EXIT.done;
}

function summaryOf({
  id,
  original_filename,
  status,
  processed_rows,
  rejected_rows,
  columns,
  duration,
}: Upload): string {
  if (status !== 'completed') return `${original_filename} is ${status}: ${id}`;
  const rejects = rejected_rows > 0 ? `, ${count(rejected_rows)} rejected` : '';
  return `${original_filename}: ${count(processed_rows)} rows in ${columns.length} columns${rejects}, ${duration} s: ${id}`;
}

/** Says why an upload failed, what was guessed or passed over, and where the rejects are. */
function tellFaults({ id, status, errors, rejected_rows }: Upload, json: boolean): void {
  if (json) return;
  for (const fault of errors) {
    const label = status === 'completed' ? err.yellow('warning') : err.red('failed');
    tell(`${label} ${faultText(fault)}`);
  }
  if (rejected_rows > 0) tell(`See what was rejected: ${programName()} rejects ${id}`);
}
