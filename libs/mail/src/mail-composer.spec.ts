import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MailComposer } from './mail-composer.js';
import { MAIL_TEMPLATES, type MailContexts, type MailTemplate } from './mail-contexts.js';

const composer = new MailComposer({ MAIL_FROM: 'Task Service <no-reply@tasks.example>', PUBLIC_URL: undefined });

const contexts: MailContexts = {
  welcome: { full_name: 'Ada Lovelace' },
  'password-reset': { full_name: 'Ada Lovelace', token: '3q2-7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhs' },
  'password-changed': { full_name: 'Ada Lovelace', changed_at: '2026-11-23T10:15:42Z' },
  'task-completed': {
    full_name: 'Ada Lovelace',
    task_id: '0199a000-0000-7000-8000-000000000002',
    title: 'Note G',
    completed_at: '2026-11-23T10:15:42Z',
  },
  'csv-completed': {
    full_name: 'Ada Lovelace',
    upload_id: '0199a000-0000-7000-8000-000000000001',
    original_filename: 'stations.csv',
    total_rows: 1_000_000,
    processed_rows: 999_988,
    rejected_rows: 12,
    duration_seconds: 12.34,
    columns: [
      { name: 'Station', type: 'text' },
      { name: '', type: 'number' },
    ],
    rejects: [{ code: 'record_too_long', count: 12 }],
    warnings: [{ code: 'short_records', message: '3 records had fewer cells than there are columns.' }],
    rows: [
      {
        cells: [
          { name: 'Station', value: 'Oslo' },
          { name: '', value: '12.5' },
        ],
      },
      { cells: [{ name: 'Station', value: 'Rome' }] },
    ],
  },
  'csv-failed': {
    full_name: 'Ada Lovelace',
    upload_id: '0199a000-0000-7000-8000-000000000001',
    original_filename: 'stations.csv',
    code: 'too_many_rejects',
    message: 'More than 10% of the records were rejected.',
    rejected_rows: 2_000,
    warnings: [{ code: 'delimiter_uncertain', message: 'The delimiter is a guess.' }],
  },
};

const compose = <T extends MailTemplate>(template: T, over: Partial<MailContexts[T]> = {}) =>
  composer.compose(template, { ...contexts[template], ...over });

describe('a composed mail', () => {
  it.each(MAIL_TEMPLATES)('%s names the recipient, the sender and the reason in both parts', (template) => {
    const { subject, html, text } = compose(template);
    expect(subject).not.toBe('');
    for (const part of [html, text]) {
      expect(part).toContain('Hello Ada Lovelace,');
      expect(part).toContain('Task Service');
      expect(part).toContain('You receive this because');
    }
    expect(`${subject}${html}${text}`).not.toMatch(/undefined|NaN|\[object|\{\{/);
  });

  it('formats counts, times and rates', () => {
    const { subject, html, text } = compose('csv-completed');
    expect(subject).toBe('Imported, 12 records rejected: stations.csv');
    for (const part of [html, text]) {
      for (const words of ['1,000,000', '999,988', '12.3 s', '81,036 rows per second', 'record_too_long', '2 columns'])
        expect(part).toContain(words);
    }
  });

  it('names every warning, shows the first rows, and leads to the page of the upload, its rows and its rejects', () => {
    const warnings = Array.from({ length: 12 }, (_, at) => ({
      code: `code_${at}`,
      message: `Sentence ${at}.`,
      ...(at === 3 && { first_line: 2_004 }),
    }));
    const id = '0199a000-0000-7000-8000-000000000001';
    const page = `https://tasks.example/uploads/${id}`;
    const known = new MailComposer({ MAIL_FROM: 'no-reply@tasks.example', PUBLIC_URL: 'https://tasks.example' });
    for (const template of ['csv-completed', 'csv-failed'] as const) {
      const { html, text } = known.compose(template, { ...contexts[template], warnings } as never);
      for (const part of [html, text]) {
        for (const { code, message } of warnings) {
          expect(part).toContain(code);
          expect(part).toContain(message);
        }
        expect(part.match(/First in line .* of the file\./g)).toEqual(['First in line 2,004 of the file.']);
      }
      for (const address of [page, `${page}/rejects`]) {
        expect(html).toContain(`<a href="${address}">`);
        expect(text).toContain(`\n${address}\n`);
      }
      // Who reads a mail has no token in the browser, so no address of the API is a link.
      expect(html).not.toMatch(/href="[^"]*\/api\//);
    }
    const { html, text } = known.compose('csv-completed', contexts['csv-completed']);
    expect(text).toContain('  Station: Oslo | : 12.5\n  Station: Rome\n');
    expect(text).toContain(`\n${page}/rows\n`);
    expect(html).toContain(`<a href="${page}/rows">`);
    const api = `https://tasks.example/api/v1/csv-data/uploads/${id}/`;
    for (const part of [html, text]) expect(part).toContain(`GET ${api}data/`);
    expect(html).toMatch(/Station<\/span> Oslo/);
    const failed = known.compose('csv-failed', contexts['csv-failed']).text;
    expect(failed).toContain('2,000 records were rejected before');
    expect(failed).toContain(`POST ${api}retry/`);
  });

  it('of a completed task leads to the page of the completed tasks, by a link where the address of the service is known', () => {
    const known = new MailComposer({ MAIL_FROM: 'no-reply@tasks.example', PUBLIC_URL: 'https://tasks.example/' });
    const { html, text } = known.compose('task-completed', contexts['task-completed']);
    expect(html).toContain('<a href="https://tasks.example/tasks?show=completed">');
    expect(text).toContain('\nhttps://tasks.example/tasks?show=completed\n');
    const unknown = compose('task-completed');
    expect(unknown.html).not.toContain('<a ');
    expect(unknown.text).toContain('\n/tasks?show=completed\n');
  });

  it('shows cells of any content as text, cut', () => {
    const values = [
      '=HYPERLINK("http://x.example")',
      '<script>alert(1)</script>',
      '\u202efdp.exe',
      'x'.repeat(100_000),
    ];
    const rows = [{ cells: values.map((value) => ({ name: '<b>"', value })) }];
    const { html, text } = compose('csv-completed', { rows });
    expect(text).toContain('<b>": =HYPERLINK("http://x.example") | <b>": <script>alert(1)</script> | <b>": fdp.exe | ');
    expect(text).toContain(`${'x'.repeat(79)}…`);
    expect(html).not.toMatch(/<script>|<b>|\u202e/);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).not.toContain('x'.repeat(80));
  });

  it('does not mention rejects when there are none', () => {
    const { subject, html, text } = compose('csv-completed', { rejected_rows: 0, rejects: [] });
    expect(subject).toBe('Imported: stations.csv');
    for (const part of [html, text]) expect(part).not.toContain('Why records were rejected');
  });

  it('lists 30 of 2,000 columns and the number of the others', () => {
    const columns = Array.from({ length: 2_000 }, (_, at) => ({ name: `column ${at + 1}`, type: 'text' }));
    const { html, text } = compose('csv-completed', { columns });
    for (const part of [html, text]) {
      expect(part).toContain('2,000 columns');
      expect(part).toContain('column 30');
      expect(part).not.toContain('column 31');
      expect(part).toContain('and 1,970 more');
    }
  });

  it('escapes text of users in the HTML part, and only there', () => {
    const { subject, html, text } = compose('task-completed', { title: `<img src=x onerror=alert(1)> & "'` });
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src&#x3D;x onerror&#x3D;alert(1)&gt; &amp; &quot;&#x27;');
    expect(text).toContain(`<img src=x onerror=alert(1)> & "'`);
    expect(subject).toBe(`Completed: <img src=x onerror=alert(1)> & "'`);
  });

  it('shows a due date as it was given, and nothing for none', () => {
    for (const [due_date, shown] of [
      ['2026-12-01', 'Due: 2026-12-01'],
      ['2026-12-01T18:00:00.000Z', 'Due: 1 December 2026, 18:00 UTC'],
    ] as const) {
      const { html, text } = compose('task-completed', { due_date });
      expect(text).toContain(`${shown}\n`);
      expect(html).toContain(shown);
    }
    const without = compose('task-completed', {});
    expect(without.html + without.text).not.toContain('Due:');
  });

  it('does not render handlebars in a title', () => {
    expect(compose('task-completed', { title: '{{product}} {{> layout}}' }).text).toContain('{{product}} {{> layout}}');
  });

  it('leaves out a name that looks like an advertisement', () => {
    for (const full_name of ['Win at www.prizes.example', 'http://prizes.example', 'free.money.com', ''])
      expect(compose('welcome', { full_name }).text).toContain('Hello,\n');
    expect(compose('welcome', { full_name: 'Dr. J. R. R. Tolkien' }).text).toContain('Hello Dr. J. R. R. Tolkien,');
  });

  it('has full addresses when PUBLIC_URL is set, without a doubled slash', () => {
    const known = new MailComposer({ MAIL_FROM: 'no-reply@tasks.example', PUBLIC_URL: 'https://tasks.example/' });
    const { text } = known.compose('welcome', contexts.welcome);
    expect(text).toContain('POST https://tasks.example/api/v1/tasks/');
    expect(text).toContain('Welcome to tasks.example');
  });

  it('keeps text of users on its line, in the subject and in the text part', () => {
    const hostile = fc.string({
      unit: fc.oneof(fc.constantFrom(...'\r\n\t\0\u0085\u2028\u2029\u202E\ud800'), fc.string()),
    });
    const lines = compose('csv-failed').text.split('\n').length;
    fc.assert(
      fc.property(hostile, hostile, hostile, (full_name, original_filename, message) => {
        const { subject, text } = compose('csv-failed', { full_name, original_filename, message });
        expect(subject).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202E]*$/u);
        expect(text.split(/\r\n|[\n\r\u0085\u2028\u2029]/)).toHaveLength(lines);
      }),
    );
  });

  it('cuts a long subject', () => {
    expect(Array.from(compose('task-completed', { title: '🚀'.repeat(255) }).subject)).toHaveLength(131);
  });
});
