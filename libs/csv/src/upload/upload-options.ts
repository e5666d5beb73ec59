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
 * `options` with what the parameters of a query say put in its place: one that is absent stays as it was, and one that is `auto` is
 * taken back, and left to detection.
 * @throws ValidationFailed that names every parameter at fault
 */
export function changedOptions(options: UploadOptions, query: Readonly<Record<string, unknown>>): UploadOptions {
  const declared = readUploadOptions(query);
  const kept = Object.entries(options).filter(([name]) => query[name] !== 'auto');
  const changed: UploadOptions = { ...Object.fromEntries(kept), ...declared };
  const conflicts = conflictsOf(changed);
  if (conflicts.length > 0) throw refusal(conflicts);
  return changed;
}

/** @throws ValidationFailed */
function readUploadOptions(query: Readonly<Record<string, unknown>>): UploadOptions {
  const { options, faults } = readDialectOptions(query);
  const maxRejects = readParameter(query, 'max_rejects', (text) => countOption(text, MAX_REJECTS));
  if (maxRejects && 'detail' in maxRejects) {
    throw refusal([...faults, { option: 'max_rejects', detail: maxRejects.detail }]);
  }
  if (options === null) throw refusal(faults);
  return maxRejects ? { ...options, max_rejects: maxRejects.value } : options;
}

const refusal = (faults: readonly OptionFault[]) =>
  new ValidationFailed({}, { errors: faults.map(({ option, detail }) => ({ pointer: `#/${option}`, detail })) });
