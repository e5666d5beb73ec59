import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../root.js';

/** README and the like, and all documents; paths from the folder of the project. */
export const documents: readonly string[] = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'packages/client/README.md'],
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name)),
].filter((name) => name.endsWith('.md'));
