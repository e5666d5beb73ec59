import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MOCK_MODULES } from './mock-modules.js';

const root = join(import.meta.dirname, '..', '..');

it('each unit spec that replaces a module is named, because it must not share its modules with others', () => {
  const specs = ['apps', 'libs', 'packages', 'scripts', 'bench', 'test'].flatMap((folder) =>
    (readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }) as string[])
      .filter((name) => name.endsWith('.spec.ts') && !name.includes('node_modules'))
      .map((name) => join(folder, name)),
  );
  const replacing = specs.filter((file) => /^\s*vi\.(mock|doMock)\(/m.test(readFileSync(join(root, file), 'utf8')));
  expect(replacing.sort()).toEqual([...MOCK_MODULES].sort());
});
