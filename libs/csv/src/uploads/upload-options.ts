import {
  conflictsOf,
  countOption,
  type DialectOptions,
  OPTION_NAMES,
  type OptionFault,
  readDialectOptions,
  readParameter,
} from '@app/csv-format';
import { nearestName, ValidationFailed } from '@app/problems';
import { OPTION_SYNONYMS } from './option-synonyms.js';
import { UnknownOption } from './upload.problems.js';

/** What the owner declared at upload: how the file is to be read, and ingested. */
export interface UploadOptions extends DialectOptions {
  /** The ingest fails with the first rejected record past this many. */
  max_rejects?: number;
}

const MAX_REJECTS = 1_000_000_000;

export const UPLOAD_OPTION_NAMES: readonly string[] = [...OPTION_NAMES, 'max_rejects'];

/** Longer names are shown in part: a query may have 16 KB. */
const SHOWN_NAME = 100;

/**
 * Refuses parameters that are no option. Otherwise a mistyped option would be ignored, and its value detected.
 * @param others parameters that the route takes besides the options @throws UnknownOption
 */
export function requireKnownOptions(query: unknown, others: readonly string[] = []): void {
  const known = [...UPLOAD_OPTION_NAMES, ...others];
  const unknown = Object.keys(query as object).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new UnknownOption({
    option: unknown.slice(0, SHOWN_NAME).toWellFormed(),
    known_options: known,
    nearest: nearestName(unknown, known, OPTION_SYNONYMS),
  });
}

/**
 * Applies query parameters to the options of an upload. An absent parameter keeps its option; `auto` removes it, so that it is detected.
 * @throws ValidationFailed that names each faulty parameter
 */
export function changedOptions(options: UploadOptions, query: Readonly<Record<string, unknown>>): UploadOptions {
  const declared = readUploadOptions(query);
  const kept = Object.entries(options).filter(([name]) => query[name] !== 'auto');
  const changed: UploadOptions = { ...Object.fromEntries(kept), ...declared };
  const conflicts = conflictsOf(changed);
  if (conflicts.length > 0) throw validationFailed(conflicts);
  return changed;
}

/** @throws ValidationFailed */
function readUploadOptions(query: Readonly<Record<string, unknown>>): UploadOptions {
  const { options, faults } = readDialectOptions(query);
  const maxRejects = readParameter(query, 'max_rejects', (text) => countOption(text, MAX_REJECTS));
  if (maxRejects && 'detail' in maxRejects) {
    throw validationFailed([...faults, { option: 'max_rejects', detail: maxRejects.detail }]);
  }
  if (options === null) throw validationFailed(faults);
  return maxRejects ? { ...options, max_rejects: maxRejects.value } : options;
}

const validationFailed = (faults: readonly OptionFault[]) =>
  new ValidationFailed({}, { errors: faults.map(({ option, detail }) => ({ pointer: `#/${option}`, detail })) });
