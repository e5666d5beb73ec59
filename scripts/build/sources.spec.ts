import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sourceHash } from './sources.js';

describe('the hash over the sources', () => {
  let root: string;
  const write = (path: string, contents: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), contents);
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'sources-'));
    write('apps/api/src/main.ts', 'a');
    write('libs/mail/src/templates/welcome.hbs', 'b');
    write('tsconfig.json', '{}');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it.each([
    ['a source is edited', 'apps/api/src/main.ts'],
    ['a mail template is edited', 'libs/mail/src/templates/welcome.hbs'],
    ['the compiler is told otherwise', 'tsconfig.json'],
    ['a package changes its version', 'package-lock.json'],
    ['a source is added', 'libs/csv/src/new.ts'],
  ])('changes when %s', (_, path) => {
    const before = sourceHash(root);
    write(path, 'c');
    expect(sourceHash(root)).not.toBe(before);
  });

  it('changes when a file takes the name of another', () => {
    write('apps/api/src/x.ts', 'a');
    const before = sourceHash(root);
    rmSync(join(root, 'apps/api/src/x.ts'));
    write('apps/api/src/y.ts', 'a');
    expect(sourceHash(root)).not.toBe(before);
  });

  it('does not change with dates, as a checkout changes them', () => {
    const before = sourceHash(root);
    utimesSync(join(root, 'apps/api/src/main.ts'), new Date(), new Date());
    expect(sourceHash(root)).toBe(before);
  });

  it.each(['libs/csv/src/a.spec.ts', 'libs/csv/src/a.int-spec.ts', 'README.md', 'test/e2e/a.e2e-spec.ts'])(
    'does not care for %s',
    (path) => {
      const before = sourceHash(root);
      write(path, 'c');
      expect(sourceHash(root)).toBe(before);
    },
  );
});
