import { defineProblem } from '@app/problems';

export const PreconditionFailed = defineProblem('precondition_failed', {
  status: 412,
  title: 'The object was changed since you read it',
  detail:
    'No ETag in If-Match is the current one. The current ETag is in the ETag header of this answer. Nothing was changed.',
});
