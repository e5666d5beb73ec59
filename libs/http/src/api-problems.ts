import type { ProblemClass } from '@app/problems';
import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';

export const PROBLEM_SCHEMA = { $ref: '#/components/schemas/Problem' };

const exampleOf = ({ code, kind }: ProblemClass<never>) => ({
  type: `/api/docs/errors#${code}`,
  title: kind.title,
  status: kind.status,
  ...(typeof kind.detail === 'string' && { detail: kind.detail }),
  code,
  request_id: '019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c',
});

/** Documents which problems an operation may answer with, grouped by status, each with an example. */
// biome-ignore lint/suspicious/noExplicitAny: problems of every extension type
export function ApiProblems(...problems: ProblemClass<any>[]): MethodDecorator & ClassDecorator {
  const byStatus = new Map<number, ProblemClass<never>[]>();
  for (const problem of problems)
    byStatus.set(problem.kind.status, [...(byStatus.get(problem.kind.status) ?? []), problem]);
  return applyDecorators(
    ...[...byStatus].map(([status, group]) =>
      ApiResponse({
        status,
        description: group.map(({ code, kind }) => `\`${code}\`: ${kind.title}`).join('\n\n'),
        content: {
          'application/problem+json': {
            schema: PROBLEM_SCHEMA,
            examples: Object.fromEntries(group.map((problem) => [problem.code, { value: exampleOf(problem) }])),
          },
        },
      }),
    ),
  );
}
