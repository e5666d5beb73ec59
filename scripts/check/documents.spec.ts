import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../root.js';

const documents = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
const textOf = (name: string) => readFileSync(join(root, 'docs', name), 'utf8');

const SUFFIXES = ['', '.e2e-spec.ts', '.int-spec.ts', '.scale-spec.ts', '.page-spec.ts', '.spec.ts'];
const isThere = (path: string) => SUFFIXES.some((suffix) => existsSync(join(root, path + suffix)));

it.each(['security.md', 'reliability.md'])('docs/%s names only tests and files that are there', (name) => {
  const paths = [...textOf(name).matchAll(/`((?:test|libs|scripts)\/[\w./-]+)`/g)].map(([, path]) => path!);
  expect(paths.length).toBeGreaterThan(20);
  expect(paths.filter((path) => !isThere(path))).toEqual([]);
});

it('docs/README.md lists every document', () => {
  const listed = textOf('README.md');
  expect(documents.filter((name) => name !== 'README.md' && !listed.includes(`](${name})`))).toEqual([]);
});

it('links between documents lead to files', () => {
  const broken = documents.flatMap((name) =>
    [...textOf(name).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)]
      .map(([, to]) => to!)
      .filter((to) => !existsSync(join(root, 'docs', to)))
      .map((to) => `${name}: ${to}`),
  );
  expect(broken).toEqual([]);
});
