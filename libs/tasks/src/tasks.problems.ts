import { defineProblem } from '@app/problems';

export const PreconditionFailed = defineProblem('precondition_failed', {
  status: 412,
  title: 'The object has changed since you read it',
  detail:
    'None of the ETags in If-Match is the current one, which is in the ETag header of this answer. Nothing was changed.',
});
