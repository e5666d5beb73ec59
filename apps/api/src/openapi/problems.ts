import { problemExample } from '@app/http';
import { problemCatalogue } from '@app/problems';
import type { OpenAPIObject } from '@nestjs/swagger';
import { EXAMPLE_ID, operationsOf } from './operations.js';

/** Statuses of problems that any operation may answer with. */
const EVERYWHERE = ['400', '401', '429', '431', '500', '503', '507'];
const CODES_EVERYWHERE: Record<string, string[]> = {
  '400': ['malformed_request', 'validation_failed'],
  '401': ['not_authenticated', 'invalid_token'],
  '413': ['body_too_large'],
  '415': ['unsupported_media_type'],
  '429': ['rate_limited'],
  '431': ['headers_too_large'],
  '500': ['internal_error'],
  '503': ['service_unavailable'],
  '507': ['storage_full'],
};

/** Statuses of problems that any operation that can have a body may answer with. */
const WITH_BODY = ['413', '415'];
const READ_METHODS = new Set(['get', 'head', 'options']);

/** The schema of all problems. Its codes are those of the catalogue when the document is written. */
export const problemSchema = () => ({
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'request_id'],
  properties: {
    type: { type: 'string', format: 'uri-reference', description: 'Address of the explanation of the code.' },
    title: { type: 'string', description: 'The same for every problem with this code.' },
    status: {
      type: 'integer',
      enum: [...new Set([...problemCatalogue().values()].map(({ kind }) => kind.status))].sort(),
      description: 'The status of the answer.',
    },
    detail: { type: 'string', description: 'What went wrong in this request, in one sentence.' },
    instance: { type: 'string', description: 'The path of the request.' },
    code: { $ref: '#/components/schemas/ProblemCode' },
    request_id: { type: 'string', description: 'The same as in X-Request-Id and in the logs.' },
    errors: {
      type: 'array',
      description: 'The invalid fields.',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: { pointer: { type: 'string', examples: ['#/title'] }, detail: { type: 'string' } },
      },
    },
  },
  additionalProperties: true,
});

export const problemCodeSchema = () => ({
  type: 'string',
  enum: [...problemCatalogue().keys()].sort(),
  description: 'Stable: clients branch on it. Later versions may add codes, so treat an unknown one by its status.',
});

/** Documents the problems of every operation, except for statuses that the operation documents itself. */
export function addCommonProblems(document: OpenAPIObject): void {
  for (const { method, operation } of operationsOf(document)) {
    for (const status of READ_METHODS.has(method) ? EVERYWHERE : [...EVERYWHERE, ...WITH_BODY]) {
      if (operation.responses[status] || (status === '401' && operation.security?.length === 0)) continue;
      const known = (CODES_EVERYWHERE[status] ?? [])
        .map((code) => problemCatalogue().get(code))
        .filter((kind) => kind !== undefined);
      operation.responses[status] = {
        description: known.map(({ code, kind }) => `\`${code}\`: ${kind.title}`).join('\n\n') || 'Problem',
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
            examples: Object.fromEntries(known.map((kind) => [kind.code, { value: problemExample(kind) }])),
          },
        },
      };
    }
  }
}

interface ProblemAnswer {
  content?: Record<string, { examples?: Record<string, { value: { instance?: string } }> }>;
}

/** Gives the example of each problem the path of its operation, which its decorator does not know. */
export function placeProblemExamples(document: OpenAPIObject): void {
  for (const { path, operation } of operationsOf(document)) {
    for (const answer of Object.values(operation.responses) as ProblemAnswer[]) {
      const examples = answer.content?.['application/problem+json']?.examples ?? {};
      for (const { value } of Object.values(examples)) value.instance = path.replaceAll(/\{\w+\}/g, EXAMPLE_ID);
    }
  }
}
