import { defineProblem } from '@app/problems';

export const RateLimited = defineProblem<{ policy: string; retry_after_seconds: number }>('rate_limited', {
  status: 429,
  title: 'Too many requests',
  detail: ({ policy, retry_after_seconds }) =>
    `The limit "${policy}" is used up; there is more in ${retry_after_seconds} s. RateLimit-Policy tells the limits.`,
});
