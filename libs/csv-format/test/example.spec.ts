import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const LIBRARY = fileURLToPath(new URL('..', import.meta.url));
const EXAMPLE = join(LIBRARY, 'example.ts');

describe('the example', () => {
  const folder = mkdtempSync(join(tmpdir(), 'csv-format-'));
  let lines: unknown[];
  /** The files that the example's process loads. Node lists them when it measures coverage. */
  let loaded: string[];

  beforeAll(() => {
    const file = join(folder, 'people.csv');
    const coverage = join(folder, 'coverage');
    writeFileSync(file, '\ufeffname;note\nAnna;"a;b"\nLi;"x\nZoë;y\n');
    const output = execFileSync(process.execPath, ['--import', '@swc-node/register/esm-register', EXAMPLE, file], {
      cwd: join(LIBRARY, '../..'),
      encoding: 'utf8',
      env: { ...process.env, NODE_V8_COVERAGE: coverage },
    });
    lines = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    loaded = readdirSync(coverage)
      .map((name) => urlsIn(join(coverage, name)))
      .find((paths) => paths.includes(EXAMPLE))!;
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true }));

  it('prints the dialect and the records of a file', () => {
    expect(lines).toEqual([
      expect.objectContaining({ delimiter: ';', quote: '"', encoding: 'utf-8', newline: 'lf', has_header: true }),
      { line: 1, cells: ['name', 'note'] },
      { line: 2, cells: ['Anna', 'a;b'] },
      { line: 3, reject: 'unclosed_quote', raw: 'Li;"x' },
      { line: 4, cells: ['Zoë', 'y'] },
    ]);
  });

  it('loads this library, two packages, and nothing else', () => {
    const packages = loaded.map((path) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
    const runner = '@swc-node/register';
    // iconv-lite depends on safer-buffer.
    expect([...new Set(packages)].filter((name) => name !== undefined && name !== runner).sort()).toEqual([
      'iconv-lite',
      'papaparse',
      'safer-buffer',
    ]);
    const own = loaded.filter((_, i) => packages[i] === undefined);
    expect(own.filter((path) => !path.startsWith(LIBRARY))).toEqual([]);
    expect(own.length).toBeGreaterThan(20);
  });
});

function urlsIn(report: string): string[] {
  const { result } = JSON.parse(readFileSync(report, 'utf8')) as { result: { url: string }[] };
  return result.filter(({ url }) => url.startsWith('file:')).map(({ url }) => fileURLToPath(url));
}
