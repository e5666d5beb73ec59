export { InternalError, InvalidCursor, NotFound, ServiceUnavailable, ValidationFailed } from './common.problems.js';
export { didYouMean, nearestName } from './nearest-name.js';
export {
  defineProblem,
  type FieldError,
  Problem,
  type ProblemClass,
  problemCatalogue,
} from './problem.js';
