import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../support/client.js';
import { Service } from '../support/service.js';
import { EventLoopWatch, printLongest } from './event-loop.js';
import { WORST_BODIES } from './worst-bodies.js';

const KiB = 1024;
/** Far above the noise of a busy machine. What blocks for longer stops the api for all of its users. */
const LONGEST_BLOCK_MS = 1_000;

interface Operation {
  method: string;
  path: string;
  fields: string[];
  limit: number;
}

let service: Service;
let person: Client;
let operations: Operation[];

beforeAll(async () => {
  service = await Service.start({ workers: 0 });
  person = await service.client.withAccount();
  const task = (await person.post('/tasks/', { title: 'Water the plants' })).body.id;
  const upload = (await person.upload('a,b\n1,2\n')).body.id;
  const { body: document } = await service.client.get('/api/openapi.json');
  operations = Object.entries(document.paths as Record<string, Record<string, OpenApiOperation>>).flatMap(
    ([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path: path.replace('{id}', path.includes('/tasks/') ? task : upload).replace(/\{[^}]*\}/g, 'a'),
        fields: fieldsOf(operation, document),
        limit: limitOf(path),
      })),
  );
});
afterAll(() => service?.stop());

interface OpenApiOperation {
  requestBody?: { content: Record<string, { schema: { $ref?: string } }> };
  parameters?: { name: string; in: string }[];
}

interface OpenApiDocument {
  components: { schemas: Record<string, { properties?: object } | undefined> };
}

const limitOf = (path: string) => (path.startsWith('/api/v1/auth/') ? 16 : 64) * KiB;

/** The fields of the JSON body; an invented one for an operation without a body. */
function fieldsOf(operation: OpenApiOperation, document: OpenApiDocument): string[] {
  const contents = Object.values(operation.requestBody?.content ?? {});
  const names = contents.flatMap(({ schema }) =>
    Object.keys(document.components.schemas[schema.$ref?.split('/').at(-1) ?? '']?.properties ?? {}),
  );
  return names.length === 0 ? ['file'] : [...new Set(names)];
}

const takesBody = ({ method }: Operation) => method !== 'GET' && method !== 'HEAD';

describe('the event loop', () => {
  it('is never blocked for long by the worst body of each kind, sent to each operation', async () => {
    const worst: { ms: number; what: string }[] = [];
    const watch = new EventLoopWatch(service.api);
    await watch.longestBlock();
    for (const operation of operations.filter(takesBody)) {
      for (const [kind, body] of Object.entries(WORST_BODIES)) {
        const sent = body(operation.limit, operation.fields);
        expect(Buffer.byteLength(sent)).toBeLessThanOrEqual(operation.limit);
        const answer = await person.send(operation.method, operation.path, {
          body: sent,
          headers: { 'content-type': 'application/json' },
        });
        const what = `${operation.method} ${operation.path}: ${kind}`;
        expect(answer.status, what).toBeLessThan(500);
        expect(JSON.stringify(answer.body).length, what).toBeLessThan(16 * KiB);
        worst.push({ ms: await watch.longestBlock(), what });
      }
    }
    const [longest] = printLongest(worst, 'bodies');
    expect(longest!.ms, longest!.what).toBeLessThan(LONGEST_BLOCK_MS);
  });
});
