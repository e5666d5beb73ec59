import { QueryClient } from '@tanstack/react-query';
import { ProblemError } from '../api/problem.js';

/** Worth another try: no answer, too many requests, and what the service itself calls temporary. */
const isTemporary = (error: Error): boolean =>
  error instanceof ProblemError && (error.status === 0 || error.status === 429 || error.status === 503);

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, error) => failures < 3 && isTemporary(error),
      retryDelay: (failures, error) =>
        error instanceof ProblemError && error.retryAfter !== null
          ? Math.min(error.retryAfter, 60) * 1000
          : 500 * 2 ** failures,
      staleTime: 5_000,
    },
  },
});
