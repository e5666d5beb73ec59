import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Client } from '../../support/client.js';
import { Service } from '../../support/service.js';
import { type PrefilledRequest, prefilledRequests } from './prefilled.js';

let service: Service;
let requests: PrefilledRequest[];
beforeAll(async () => {
  service = await Service.start();
  requests = prefilledRequests((await service.client.get('/api/openapi.json')).body);
});
afterAll(() => service?.stop());

/** Presses Execute. The one field that Swagger UI cannot fill in is the file. */
function execute(client: Client, request: PrefilledRequest): Promise<Answer> {
  const { method, headers, body } = request;
  // The client puts /api/v1 before other paths.
  const path = request.path.startsWith('/api/') ? request.path : `/api/..${request.path}`;
  if (body?.type !== 'multipart/form-data')
    return client.send(method, path, {
      headers: { ...headers, ...(body && { 'content-type': body.type }) },
      body: body && JSON.stringify(body.value),
    });
  const form = new FormData();
  form.append('file', new Blob(['a;b\n1;2,5\n'], { type: 'text/csv' }), 'picked.csv');
  return client.send(method, path, { headers, body: form });
}

/** Operations that end what the others need come last. */
const lateness = ({ operationId }: PrefilledRequest) =>
  ['deleteTask', 'deleteUploadAlias', 'deleteUpload', 'changePassword', 'logout', 'logoutAll'].indexOf(operationId);
const inOrder = (list: PrefilledRequest[]) => list.toSorted((a, b) => lateness(a) - lateness(b));

const answersOf = async (list: PrefilledRequest[], client: () => Client | Promise<Client>) => {
  const answers: Record<string, string> = {};
  for (const request of inOrder(list)) {
    const { status, body } = await execute(await client(), request);
    answers[request.operationId] = status < 300 ? '2xx' : `${status} ${body.code}`;
  }
  return answers;
};

describe('every operation, executed from Swagger UI as its form is prefilled', () => {
  it('succeeds, or says that the example id is nobody’s', async () => {
    const answers = await answersOf(requests, () => service.client.withAccount());
    for (const { operationId, path } of requests)
      expect([operationId, answers[operationId]]).toEqual([
        operationId,
        EXPECTED[operationId] ?? (path.includes('019ab2f0-') ? '404 not_found' : '2xx'),
      ]);
  });

  it('reads a file that is uploaded so as if no option had been given', async () => {
    const person = await service.client.withAccount();
    const { body } = await execute(person, requests.find(({ operationId }) => operationId === 'uploadCsv')!);
    expect((await person.untilFinal(body.id)).columns).toMatchObject([{ name: 'a' }, { name: 'b', type: 'number' }]);
  });

  it('succeeds with the id of a task or of a completed upload; such an upload cannot be cancelled or retried', async () => {
    const person = await service.client.withAccount();
    const upload = await person.ingest('city;unit_price\nParis;1.234,56\n');
    const task = await person.post('/tasks/', { title: 'Look' });
    const withIds = requests
      .filter(({ path }) => path.includes('019ab2f0-'))
      .map((request) => ({
        ...request,
        path: request.path.replace(/019ab2f0-[0-9a-f-]+/, request.path.includes('tasks') ? task.body.id : upload.id),
      }));
    const answers = await answersOf(withIds, () => person);
    expect(answers).toEqual({
      ...Object.fromEntries(withIds.map(({ operationId }) => [operationId, '2xx'])),
      cancelUpload: '409 upload_not_cancellable',
      retryUpload: '409 upload_not_retryable',
      // The other path of the same operation was executed first.
      deleteUpload: '404 not_found',
    });
  });
});

/** Operations whose form needs more than an id. */
const EXPECTED: Record<string, string> = { confirmPasswordReset: '400 invalid_reset_token' };
