import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What an app must not name: it belongs to the other process. Import rules know files, and both sorts leave by one index. */
const FOREIGN = { api: /\b\w+ProcessorModule\b/g, worker: /\b\w+HttpModule\b/g };

/** A sentence for each module of the other process that an app's source names. */
export function foreignModules(app: keyof typeof FOREIGN, file: string, source: string): string[] {
  const names = new Set(source.match(FOREIGN[app]) ?? []);
  return [...names].map((name) => `${file} names ${name}, which is not for the ${app}.`);
}

export function foreignModulesIn(root: string): string[] {
  return (['api', 'worker'] as const).flatMap((app) =>
    readdirSync(join(root, 'apps', app), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .flatMap((path) => {
        const file = join('apps', app, path);
        return foreignModules(app, file, readFileSync(join(root, file), 'utf8'));
      }),
  );
}
