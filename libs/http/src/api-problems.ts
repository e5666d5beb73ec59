import type { ProblemClass } from '@app/problems';
import { ApiResponse } from '@nestjs/swagger';

export const PROBLEM_SCHEMA = { $ref: '#/components/schemas/Problem' };

const exampleOf = ({ code, kind }: AnyProblem) => ({
  type: `/api/docs/errors#${code}`,
  title: kind.title,
  status: kind.status,
  ...(typeof kind.detail === 'string' && { detail: kind.detail }),
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
        examples: Object.fromEntries(group.map((problem) => [problem.code, { value: exampleOf(problem) }])),
      },
    },
  });

/**
 * Documents which problems an operation may answer with, grouped by status, each with an example. Several on one method, or one class, add up,
 * as decorators that bring problems of their own are put together.
 */
export function ApiProblems(...problems: AnyProblem[]): MethodDecorator & ClassDecorator {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    const method = descriptor ? (descriptor.value as object) : target;
    const all = [...((Reflect.getMetadata(DOCUMENTED, method) as AnyProblem[] | undefined) ?? []), ...problems];
    Reflect.defineMetadata(DOCUMENTED, all, method);
    for (const status of new Set(problems.map(({ kind }) => kind.status))) {
      const group = all.filter(({ kind }) => kind.status === status);
      (answerOf(status, group) as (...decorated: unknown[]) => void)(target, key, descriptor);
    }
  };
}
