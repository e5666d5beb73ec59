export {
  InternalError,
  InvalidCursor,
  NotFound,
  QueryTimeout,
  ServiceUnavailable,
  StorageFull,
  ValidationFailed,
} from './common.problems.js';
export { detailTemplate } from './detail-template.js';
export { didYouMean, nearestName, type Synonyms } from './nearest-name.js';
export {
  defineProblem,
  type FieldError,
  Problem,
  type ProblemClass,
  problemCatalogue,
} from './problem.js';
