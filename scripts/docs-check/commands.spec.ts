import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../root.js';
import { commandsOf, scriptsIn, whyNotRun } from './commands.js';
import { documents } from './documents.js';
import { runCommands } from './session.js';

describe('the commands of a document', () => {
  it('are the lines of its shell blocks, without comments, continued lines as one', () => {
    const markdown = [
      'Text with `npm run admin`.',
      '',
      '```sh',
      '# A comment.',
      'A=1',
      'curl -s $API \\',
      `  -d "{}"   # what it does`,
      '```',
      '',
      '```json',
      'npm run no-command',
      '```',
      '',
      '    npm start      # begins',
      '    SELECT 1',
    ].join('\n');
    expect(commandsOf(markdown)).toEqual([
      { line: 5, text: 'A=1' },
      { line: 6, text: 'curl -s $API  -d "{}"' },
      { line: 14, text: 'npm start' },
    ]);
  });

  it('are run, not run for a reason, or not decided', () => {
    expect(whyNotRun('curl -s $API/tasks/')).toBeNull();
    expect(whyNotRun('docker compose up')).toBe('needs docker');
    expect(whyNotRun('DATA_DIR=/srv/restored npm start')).toContain('starts');
    expect(whyNotRun('npm run restore -- --from /backups/monday --data-dir /srv/restored')).toContain('folders');
    expect(whyNotRun('MY_TOKEN=abc')).toBeNull();
    expect(whyNotRun('npm run -s cli -- register')).toContain('password');
    expect(whyNotRun('rm -rf /')).toBeUndefined();
  });

  it('with variables in front are commands, whatever their names', () => {
    expect(commandsOf('    DATA_DIR=/srv/a npm start\n    MY_TOKEN=abc\n')).toEqual([
      { line: 1, text: 'DATA_DIR=/srv/a npm start' },
      { line: 2, text: 'MY_TOKEN=abc' },
    ]);
  });

  it.each(documents)('of %s are all decided, and write to no folder of the machine', (document) => {
    const commands = commandsOf(readFileSync(join(root, document), 'utf8'));
    for (const { line, text } of commands) {
      const reason = whyNotRun(text);
      expect([document, line, text, reason]).not.toEqual([document, line, text, undefined]);
      if (reason === null) expect(text).not.toMatch(/ \/(?!dev\/null)[a-z]/);
    }
  });

  it('name scripts', () => {
    expect(scriptsIn('`npm run -s cli -- login`, then npm run bench:http and npm run bench:http.')).toEqual([
      'cli',
      'bench:http',
    ]);
  });
});

describe('a session', () => {
  const stage = { origin: 'http://127.0.0.1:1', token: 'a', uploadId: 'b', folder: tmpdir() };
  const run = (...texts: string[]) =>
    runCommands(
      texts.map((text, index) => ({ line: index + 1, text })),
      stage,
      { PATH: process.env.PATH },
    );

  it('keeps variables from command to command, and means the service that was started', async () => {
    expect(
      await run('A=http://localhost:3000', '[ "$A" = http://127.0.0.1:1 ]', '[ "$API $ID" = "$A/api/v1 b" ]'),
    ).toBeNull();
  });

  it('tells the command that failed, also within a pipe', async () => {
    expect(await run('true', 'echo before; false | cat', 'true')).toEqual({
      command: { line: 2, text: 'echo before; false | cat' },
      output: 'before\n',
    });
  });
});
