export { InternalError, NotFound, ServiceUnavailable, ValidationFailed } from './common.problems.js';
export {
  defineProblem,
  type FieldError,
  Problem,
  type ProblemClass,
  type ProblemKind,
  type ProblemOptions,
  problemCatalogue,
} from './problem.js';
