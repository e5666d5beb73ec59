import { detailTemplate, type ProblemClass } from '@app/problems';
import { ApiResponse } from '@nestjs/swagger';
import { typeOf } from './problem-answer.js';

const PROBLEM_SCHEMA = { $ref: '#/components/schemas/Problem' };

/** An example of a problem, for OpenAPI. */
export const problemExample = ({ code, kind }: AnyProblem) => ({
  type: typeOf(code),
  title: kind.title,
  status: kind.status,
  detail: detailTemplate(kind),
  // The document sets the path of the operation.
  instance: '/api/v1/',
  code,
  request_id: '019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c',
});

// biome-ignore lint/suspicious/noExplicitAny: problems of every extension type
type AnyProblem = ProblemClass<any>;

const DOCUMENTED = Symbol('documented problems');

const answerOf = (status: number, group: AnyProblem[]) =>
  ApiResponse({
    status,
    description: group.map(({ code, kind }) => `\`${code}\`: ${kind.title}`).join('\n\n'),
    content: {
      'application/problem+json': {
        schema: PROBLEM_SCHEMA,
        examples: Object.fromEntries(group.map((problem) => [problem.code, { value: problemExample(problem) }])),
      },
    },
  });

/**
 * Documents the problems of an operation, grouped by status, each with an example. Several of these decorators on one method or
 * class add up, because other decorators bring problems of their own.
 */
export function ApiProblems(...problems: AnyProblem[]): MethodDecorator & ClassDecorator {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    const method = descriptor ? (descriptor.value as object) : target;
    const known = (Reflect.getMetadata(DOCUMENTED, method) as AnyProblem[] | undefined) ?? [];
    const all = [...new Set([...known, ...problems])];
    Reflect.defineMetadata(DOCUMENTED, all, method);
    for (const status of new Set(problems.map(({ kind }) => kind.status))) {
      const group = all.filter(({ kind }) => kind.status === status);
      (answerOf(status, group) as (...decorated: unknown[]) => void)(target, key, descriptor);
    }
  };
}
