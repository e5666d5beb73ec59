import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { commandsOf, scriptsIn, whyNotRun } from './commands.js';
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
    expect(whyNotRun('rm -rf /')).toBeUndefined();
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
