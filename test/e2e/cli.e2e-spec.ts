import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/root.js';
import { type Ended, runProgram } from '../support/run-program.js';
import { Service } from '../support/service.js';

const EMAIL = 'ada@example.org';
const PASSWORD = 'violet-harbour-29-lamps';

let service: Service;
/** Holds the installed package, the user's settings and the files. */
let folder: string;
let program: string;
let env: Record<string, string>;

beforeAll(async () => {
  service = await Service.start();
  await service.client.post('/auth/user/register/', { email: EMAIL, password: PASSWORD });
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
  const npm = (args: string[]) => execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' });
  const packed = npm(['pack', './packages/cli', '--pack-destination', folder]).trim().split('\n').at(-1)!;
  npm(['install', '--offline', '--no-audit', '--no-fund', '--prefix', folder, join(folder, packed)]);
  program = join(folder, 'node_modules', '.bin', 'csv-tasks');
  env = { PATH: process.env.PATH!, HOME: folder, XDG_CONFIG_HOME: join(folder, 'config') };
  await cli(['login', '--url', service.api.url, '--email', EMAIL, '--password-stdin'], `${PASSWORD}\n`);
});
afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const run = (command: string, args: string[], input?: string, over: Record<string, string> = {}): Promise<Ended> =>
  runProgram(command, args, { cwd: folder, env: { ...env, ...over }, input });
const cli = (args: string[], input?: string, over?: Record<string, string>) => run(program, args, input, over);
const jsonLines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const file = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(folder, name), content);
  return name;
};
const CITIES = 'city,price\nParis,12.5\nRome,3\nOslo,\n';
const uploaded = async (content: string, ...args: string[]) =>
  jsonLines((await cli(['upload', '-', '--json', ...args], content)).out)[0];

describe('register', () => {
  const elsewhere = () => ({ XDG_CONFIG_HOME: join(folder, 'register-config'), CSV_TASKS_URL: service.api.url });
  const register = (email: string, password: string, ...args: string[]) =>
    cli(['register', '--email', email, '--password-stdin', ...args], `${password}\n`, elsewhere());

  it('makes an account, and logs in', async () => {
    const made = await register('grace@example.org', PASSWORD, '--full-name', 'Grace Hopper', '--json');
    expect([made.code, made.err]).toEqual([0, '']);
    expect(jsonLines(made.out)).toMatchObject([{ url: service.api.url, email: 'grace@example.org' }]);
    expect(await cli(['uploads'], '', elsewhere())).toMatchObject({ code: 0, err: '0 of 0 uploads\n' });
    const [welcome] = await service.inbox.waitForExactly(1, ({ to }) => to.includes('grace@example.org'));
    expect(welcome!.text).toContain('Grace Hopper');
  });

  it('says what is wrong with a password, and that an address has an account already', async () => {
    const weak = await register('alan@example.org', 'password123');
    expect(weak).toMatchObject({ code: 1, err: expect.stringMatching(/validation_failed.*\n {2}password This/) });
    const taken = await register(EMAIL, PASSWORD);
    expect(taken).toMatchObject({ code: 1, err: expect.stringMatching(/csv-tasks login \(email_taken/) });
    expect(await cli(['register', '--email', 'a@example.org'], '', elsewhere())).toMatchObject({
      code: 2,
      err: expect.stringContaining('--password-stdin'),
    });
  });
});

describe('login', () => {
  const stored = () => join(env.XDG_CONFIG_HOME!, 'csv-tasks', 'credentials.json');

  it('keeps the token where only the user can read it, also where others could before', async () => {
    expect(statSync(stored()).mode & 0o777).toBe(0o600);
    chmodSync(stored(), 0o644);
    const again = await cli(['login', '--url', service.api.url, '--email', EMAIL, '--password-stdin'], PASSWORD);
    expect([again.code, again.out]).toEqual([0, '']);
    expect(statSync(stored()).mode & 0o777).toBe(0o600);
    expect(readFileSync(stored(), 'utf8')).not.toContain(PASSWORD);
  });

  it('fails with a wrong password, and says that somebody must be asked where there is no terminal', async () => {
    const wrong = await cli(['login', '--url', service.api.url, '--email', EMAIL, '--password-stdin'], 'wrong');
    expect(wrong).toMatchObject({ code: 1, out: '', err: expect.stringContaining('invalid_credentials') });
    expect(await cli(['login', '--email', EMAIL])).toMatchObject({
      code: 2,
      err: expect.stringContaining('--password-stdin'),
    });
  });

  it('is needed by the other commands, and undone by logout', async () => {
    const elsewhere = { XDG_CONFIG_HOME: join(folder, 'other-config') };
    expect(await cli(['uploads'], '', elsewhere)).toMatchObject({ code: 2, err: expect.stringContaining('login') });
    await cli(['login', '--url', service.api.url, '--email', EMAIL, '--password-stdin'], PASSWORD, elsewhere);
    expect(await cli(['uploads'], '', elsewhere)).toMatchObject({ code: 0 });
    const { token } = JSON.parse(readFileSync(join(folder, 'other-config', 'csv-tasks', 'credentials.json'), 'utf8'));
    expect(await cli(['logout'], '', elsewhere)).toMatchObject({ code: 0 });
    expect(existsSync(join(folder, 'other-config', 'csv-tasks', 'credentials.json'))).toBe(false);
    const dead = { ...elsewhere, CSV_TASKS_TOKEN: token, CSV_TASKS_URL: service.api.url };
    expect(await cli(['uploads'], '', dead)).toMatchObject({ code: 1, err: expect.stringContaining('invalid_token') });
  });
});

describe('preview', () => {
  it('shows dialect, columns, first rows and the lines around the table, and stores nothing', async () => {
    const before = (await cli(['uploads'])).err;
    const name = file('preview.csv', 'Prices of October\n\ncity;price\nParis;12,5\nRome;3,0\nOslo;9,5\n');
    const { code, out } = await cli(['preview', name]);
    expect(code).toBe(0);
    expect(out).toMatch(/^dialect: delimiter ";".*\d+ % sure$/m);
    expect(out).toContain('above the table: Prices of October\n');
    expect(out).toMatch(/^price +price +number/m);
    expect(out).toMatch(/^Paris +12\.5$/m);
    expect((await cli(['uploads'])).err).toBe(before);
    const nearly = (rows: number, below = 3) =>
      cli(['preview', '-'], `a,b\n${'1,2\n'.repeat(rows)}3,about 4\n${'1,2\n'.repeat(below)}`);
    expect((await nearly(30)).err).toBe('note b would be integer but for 1 value: row 31 of the table, about 4\n');
    expect((await nearly(99)).err).toMatch(/^warning .* First in line 101 of the file\. \(text_by_exception\)\n$/);
    expect((await nearly(30, 0)).err).toMatch(/leave it out with skip_footer=1\./);
  });

  it('reads standard input, obeys options, and prints the answer of the HTTP API with --json', async () => {
    const { code, out } = await cli(['preview', '-', '--json', '--header', 'false'], CITIES);
    expect(code).toBe(0);
    expect(jsonLines(out)[0]).toMatchObject({ dialect: { has_header: false }, is_whole_file: true });
  });

  it('sends no more than the start of a long file, and knows that the file goes on', async () => {
    const { code, out } = await cli(['preview', file('long.csv', `a,b\n${'1,2\n'.repeat(400_000)}`), '--json']);
    expect([code, jsonLines(out)[0].is_whole_file]).toEqual([0, false]);
  });

  it('ends with 1 for a file whose upload would fail, and with 2 for a wrong command line', async () => {
    const empty = await cli(['preview', '-'], '\n\n');
    expect([empty.code, empty.err]).toEqual([1, expect.stringMatching(/failed/)]);
    const rejected = await cli(['preview', '-', '--max-rejects', '0'], 'a,b\n1,2\n1,2,3\n');
    expect(rejected).toMatchObject({ code: 1, err: expect.stringMatching(/^failed .*too_many_rejects/) });
    for (const args of [['preview'], ['preview', 'missing.csv'], ['preview', '-', '--delimeter', ',']])
      expect([args, (await cli(args)).code]).toEqual([args, 2]);
  });
});

describe('upload', () => {
  it('ends with 0 when all is stored', async () => {
    const { code, out, err } = await cli(['upload', file('cities.csv', CITIES)]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^cities\.csv: 3 rows in 2 columns, [\d.]+ s: [0-9a-f-]{36}\n$/);
  });

  it('reads standard input, and takes the options of the HTTP API', async () => {
    const dashes = await uploaded('a,b\n1,-\n', '--null-values', '-');
    expect(dashes).toMatchObject({ status: 'completed', original_filename: 'stdin.csv' });
    const named = await uploaded('a,b\n1,2\nSum,3\n', '--skip_footer=1', '--name', 'as-in-the-api.csv');
    expect(named).toMatchObject({ processed_rows: 1, original_filename: 'as-in-the-api.csv' });
    const upload = await uploaded(
      '1;2,5\n3;4,5\n',
      '--filename',
      'piped.csv',
      '--header',
      'false',
      '--delimiter',
      'semicolon',
    );
    expect(upload).toMatchObject({
      original_filename: 'piped.csv',
      status: 'completed',
      processed_rows: 2,
      dialect: { delimiter: ';', has_header: false },
    });
  });

  it('ends with 3 when records were rejected, and tells warnings and where the rejects are', async () => {
    const good = Array.from({ length: 100 }, (_, n) => `${n},x`).join('\n');
    const name = file('rejects.csv', `a,b\n${good}\n7,x,surplus\n8\n`);
    const { code, out, err } = await cli(['upload', name]);
    expect([code, out]).toEqual([3, expect.stringContaining('1 rejected')]);
    expect(err).toMatch(/^warning .* First in line 103 of the file\. \(short_records\)$/m);
    expect(err).toMatch(/csv-tasks rejects [0-9a-f-]{36}/);
  });

  it('ends with 1 when one of several files is refused or fails, and still stores the others', async () => {
    const bad = file('picture.csv', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
    const { code, out, err } = await cli(['upload', bad, file('good.csv', CITIES)]);
    expect(code).toBe(1);
    expect(err).toContain('picture.csv');
    expect(out).toContain('good.csv: 3 rows');
    const failed = await cli(['upload', '-', '--max-rejects', '0'], 'a,b\n1,2\n1,2,3\n');
    expect(failed).toMatchObject({ code: 1, err: expect.stringContaining('too_many_rejects') });
  });

  it('ends with 2 for a wrong command line, before anything is sent', async () => {
    for (const args of [
      ['upload'],
      ['upload', 'missing.csv'],
      ['upload', '.'],
      ['upload', '-', '--delimeter', ','],
      ['uplod'],
    ])
      expect([args, (await cli(args)).code]).toEqual([args, 2]);
    expect((await cli(['uplod'])).err).toContain('upload');
    const { err } = await cli(['upload', '-', '--skiprows', '3', '--footer_lines', '2']);
    expect(err).toBe(
      'Unknown arguments: skiprows, footer-lines. Did you mean "--skip"? Did you mean "--skip-footer"?\n',
    );
  });

  it('ends with 1 when the service cannot be reached', async () => {
    // Nothing listens at port 2; 1 and 9 are ports that fetch refuses.
    const away = { CSV_TASKS_URL: 'http://127.0.0.1:2' };
    expect(await cli(['upload', file('cities.csv', CITIES)], '', away)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^failed The service cannot be reached: .*login --url/),
    });
    expect(await cli(['login', '--url', 'localhost:9', '--email', EMAIL, '--password-stdin'], 'x\n')).toMatchObject({
      code: 2,
      err: '--url takes an address such as http://localhost:3000, not localhost:9\n',
    });
  });
});

describe('what was uploaded', () => {
  it('has its columns named when a filter or an order names none of them', async () => {
    const { id } = await uploaded(CITIES);
    for (const args of [
      ['--filter', 'nosuch=1'],
      ['--sort-by', 'nosuch'],
    ])
      expect((await cli(['rows', id, ...args])).err).toContain('\n  its columns: city, price\n');
  });

  it('is read by rows: with conditions, an order and columns, as a table or as JSON', async () => {
    const { id } = await uploaded(CITIES);
    const { out, err, code } = await cli(['rows', id, '--filter', 'price>=3', '--sort-by=-price']);
    expect([code, out]).toEqual([0, 'row  city   price\n1    Paris  12.5\n2    Rome   3\n']);
    expect(err).toBe('2 rows\n');
    const json = await cli([
      'rows',
      'last',
      '--json',
      '--filters',
      '{"$or":[{"city":"Oslo"},{"price":3}]}',
      '--limit',
      '1',
    ]);
    expect(jsonLines(json.out)).toEqual([{ row_id: 2, data: { city: 'Rome', price: '3' } }]);
    expect((await cli(['rows', id, '--filter', 'town=Paris'])).err).toMatch(/unknown_column/);
  });

  it('is read and exported with a warning on stderr where numbers are compared as texts', async () => {
    const { id } = await uploaded('city,price\nParis,12.5\nRome,3\nSum,about 15\n');
    for (const command of [
      ['rows', id, '--json'],
      ['export', id],
    ]) {
      const { out, err } = await cli([...command, '--filter', 'price>=5']);
      expect(err).toMatch(/compared_as_text/);
      expect(out).not.toMatch(/compared_as_text/);
    }
  });

  it('is exported to a file, or in the form of JSON', async () => {
    const { id } = await uploaded(CITIES);
    expect((await cli(['export', id, '--filter', 'city=', '--filter', 'price=3'])).out).toBe('city,price\r\n');
    expect(await cli(['export', id, '-o', 'out.csv', '--columns', 'city'])).toMatchObject({ code: 0, out: '' });
    expect(readFileSync(join(folder, 'out.csv'), 'utf8')).toBe('city\r\nParis\r\nRome\r\nOslo\r\n');
    expect(jsonLines((await cli(['export', id, '--json'])).out)[2]).toEqual({ city: 'Oslo', price: null });
  });

  it('is described by columns, and listed by uploads', async () => {
    const { id } = await uploaded(CITIES);
    expect((await cli(['columns', id])).out).toMatch(/^price +price +number +2 +1 +2 +3 +12\.5$/m);
    expect(jsonLines((await cli(['columns', id, '--json'])).out)[0]).toMatchObject({ upload_id: id, rows: 3 });
    expect((await cli(['uploads', '--status', 'completed'])).out).toContain(id);
    expect(jsonLines((await cli(['uploads', '--json'])).out)[0]).toMatchObject({ id });
  });

  it('has its rejects told, and written as a file to correct', async () => {
    const good = Array.from({ length: 100 }, (_, n) => `${n},x`).join('\n');
    const { id } = await uploaded(`a,b\n${good}\n7,x,\u001b[31msurplus\n`);
    const table = await cli(['rejects', id]);
    expect(table.out).toMatch(/^102 +too_many_cells .* 7,x,·\[31msurplus$/m);
    expect((await cli(['rejects', id, '--csv'])).out).toBe('a,b\n7,x,\u001b[31msurplus\n');
    expect(jsonLines((await cli(['rejects', id, '--json'])).out)).toMatchObject([{ line_number: 102 }]);
  });

  it('has told what the file of its rejects lacks, and which options it needs', async () => {
    const records = [...Array(50).fill('Straße,1'), `${'x'.repeat(70_000)},1,surplus`, 'Müller,1,surplus', ''];
    const name = file('old.csv', Buffer.from(['a,b', ...records].join('\n'), 'latin1'));
    const [{ id }] = jsonLines((await cli(['upload', name, '--json', '--encoding', 'windows-1252'])).out);
    const { code, err } = await cli(['rejects', id, '--csv', '-o', 'rejects.csv']);
    expect(code).toBe(0);
    expect(err).toContain('1 of the rejects are not in the file');
    expect(err).toContain('except --skip, and --encoding windows-1252');
    const corrected = readFileSync(join(folder, 'rejects.csv'), 'latin1').replace(',surplus', '');
    const again = file('corrected.csv', Buffer.from(corrected, 'latin1'));
    const [stored] = jsonLines((await cli(['upload', again, '--json', '--encoding', 'windows-1252'])).out);
    expect(jsonLines((await cli(['rows', stored.id, '--json'])).out)).toEqual([
      { row_id: 1, data: { a: 'Müller', b: '1' } },
    ]);
  });
});

describe('tasks', () => {
  it('are added, listed and completed', async () => {
    const [task] = jsonLines((await cli(['tasks', 'add', 'Look at it', '--due-date', '2026-12-24', '--json'])).out);
    expect(task).toMatchObject({ title: 'Look at it', due_date: '2026-12-24', status: 'pending' });
    expect((await cli(['tasks'])).out).toContain(task.id);
    expect((await cli(['tasks', 'done', task.id])).code).toBe(0);
    expect(jsonLines((await cli(['tasks', '--status', 'completed', '--json'])).out)).toMatchObject([{ id: task.id }]);
  });
});

describe('a terminal', () => {
  /** util-linux brings `script`, which gives a command a terminal. */
  const onTerminal = (args: string[], over = {}) =>
    run('script', ['-qec', [program, ...args].join(' '), '/dev/null'], '', { TERM: 'xterm', ...over });

  it('shows a bar for bytes and rows, in colours; a pipe and NO_COLOR have none', async () => {
    const name = file('bar.csv', CITIES);
    const shown = await onTerminal(['upload', name]);
    expect(shown.out).toContain('█');
    expect(shown.out).toContain('bytes');
    expect(shown.out).toContain('3 rows');
    expect(shown.out).toContain('\u001b[36m');
    expect((await onTerminal(['upload', name], { NO_COLOR: '1' })).out).not.toContain('\u001b[36m');
    const piped = await cli(['upload', name]);
    expect(piped.out + piped.err).not.toMatch(/[\u001b█]/);
  });

  it('completes commands by the script that completion prints', async () => {
    expect((await cli(['completion'], '', { SHELL: '/bin/bash' })).out).toContain('_csv-tasks_yargs_completions');
    const words = (await cli(['--get-yargs-completions', 'csv-tasks', ''])).out.split('\n');
    expect(words).toEqual(expect.arrayContaining(['login', 'upload', 'rows', 'export', 'rejects', 'columns', 'tasks']));
  });
});
