import {
  conflictsOf,
  countOption,
  type DialectOptions,
  type OptionFault,
  readDialectOptions,
  readParameter,
} from '@app/csv-format';
import { ValidationFailed } from '@app/problems';

/** What the owner declared at upload: how the file is to be read, and ingested. */
export interface UploadOptions extends DialectOptions {
  /** The ingest fails with the first rejected record past this many. */
  max_rejects?: number;
}

const MAX_REJECTS = 1_000_000_000;

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
