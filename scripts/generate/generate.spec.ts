import { defineProblem, type ProblemClass } from '@app/problems';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { configurationPage } from './configuration-page.js';
import { envExample } from './env-example.js';
import { errorsPage } from './errors-page.js';
import { firstDifference } from './first-difference.js';

describe('.env.example', () => {
  const variable = (type: z.ZodType, description: string, sensitive = false) => type.meta({ description, sensitive });
  const lines = envExample({
    HTTP: {
      PORT: variable(z.coerce.number().default(3000), 'Port the api listens on.'),
      MAIL_FROM: variable(z.string().default('Task Service <no-reply@localhost>'), 'Sender.'),
      PASSWORD: variable(z.string().default('hunter2'), 'Secret.', true),
      SMTP_URL: variable(z.string().optional(), 'Mail server.'),
      LONG: variable(z.string().default(''), 'word '.repeat(60).trim()),
    },
  }).split('\n');

  it('shows each variable under its heading, commented out, with its default', () => {
    expect(lines).toEqual(expect.arrayContaining(['## HTTP', '# Port the api listens on.', '# PORT=3000']));
  });

  it('never shows the default of a secret', () => {
    expect(lines).toContain('# PASSWORD=');
    expect(lines.join()).not.toContain('hunter2');
  });

  it('leaves a variable without a default empty', () => {
    expect(lines).toContain('# SMTP_URL=');
  });

  it('quotes a value with characters that an env file would cut off', () => {
    expect(lines).toContain('# MAIL_FROM="Task Service <no-reply@localhost>"');
  });

  it('wraps long descriptions and contains only comments', () => {
    expect(lines.every((line) => line === '' || line.startsWith('#'))).toBe(true);
    expect(Math.max(...lines.filter((line) => line.includes('word')).map((line) => line.length))).toBeLessThanOrEqual(
      100,
    );
  });
});

describe('docs/configuration.md', () => {
  const page = configurationPage({
    HTTP: {
      PORT: z.coerce.number().default(3000).meta({ description: 'Port: 80 | 443, <PORT>.' }),
      PASSWORD: z.string().default('hunter2').meta({ description: 'Secret.', sensitive: true }),
    },
  });

  it('has each variable under its heading with its default, in a row that Markdown can read', () => {
    expect(page).toContain('## HTTP');
    expect(page).toContain('| `PORT` | `3000` | Port: 80 \\| 443, &lt;PORT>. |');
  });

  it('never shows the default of a secret', () => {
    expect(page).toContain('| `PASSWORD` |  | Secret. |');
    expect(page).not.toContain('hunter2');
  });
});

describe('docs/errors.md', () => {
  const page = errorsPage(
    new Map(
      [
        defineProblem<{ limit: number }>('z_too_big', {
          status: 413,
          title: 'Too big',
          detail: ({ limit }) => `At most ${limit.toLocaleString()} bytes.`,
          headers: { 'Retry-After': '5' },
        }),
        defineProblem<{ known: string[]; name: string }>('z_unknown', {
          status: 400,
          title: 'Unknown',
          detail: ({ known, name }) => `${JSON.stringify(name)} is none of ${known.join(', ')}.`,
        }),
        defineProblem('z_plain', { status: 400, title: 'Plain', detail: 'Just so.' }),
      ].map((problem): [string, ProblemClass] => [problem.code, problem as unknown as ProblemClass]),
    ),
  );

  it('lists every code, sorted by status and name', () => {
    expect(page.match(/^## .*/gm)).toEqual(['## z_plain', '## z_unknown', '## z_too_big']);
  });

  it('shows a placeholder for a value that differs per occurrence', () => {
    expect(page).toContain('At most \\<limit\\> bytes.');
    expect(page).toContain('"\\<name\\>" is none of \\<known\\>.');
  });

  it('shows fixed details and headers unchanged', () => {
    expect(page).toContain('Just so.');
    expect(page).toContain('`Retry-After: 5`');
  });
});

describe('the difference between what is committed and what is generated', () => {
  it('is undefined when they are equal', () => {
    expect(firstDifference('a\nb', 'a\nb')).toBeUndefined();
  });

  it('is the first line that differs', () => {
    expect(firstDifference('a\nb\nc', 'a\nx\nc')).toBe('  line 2:\n  - b\n  + x');
  });

  it('is found where one text is longer', () => {
    expect(firstDifference('a\nb', 'a')).toBe('  line 2:\n  - b');
    expect(firstDifference('a', 'a\nb')).toBe('  line 2:\n  + b');
  });

  it('reports a missing file', () => {
    expect(firstDifference(undefined, 'a')).toBe('  the file is missing');
  });
});
