import type { UploadOptions } from '@app/csv-format';
import { conflictsOf, type OptionFault, readUploadOptions } from '@app/csv-format';
import { ValidationFailed } from '@app/problems';

/**
 * Applies query parameters to the options of an upload. An absent parameter keeps its option; `auto` removes it, so that it is detected.
 * @throws ValidationFailed that names each faulty parameter
 */
export function changedOptions(options: UploadOptions, query: Readonly<Record<string, unknown>>): UploadOptions {
  const read = readUploadOptions(query);
  if (read.options === null) throw validationFailed(read.faults);
  const kept = Object.entries(options).filter(([name]) => query[name] !== 'auto');
  const changed: UploadOptions = { ...Object.fromEntries(kept), ...read.options };
  const conflicts = conflictsOf(changed);
  if (conflicts.length > 0) throw validationFailed(conflicts);
  return changed;
}

const validationFailed = (faults: readonly OptionFault[]) =>
  new ValidationFailed({}, { errors: faults.map(({ option, detail }) => ({ pointer: `#/${option}`, detail })) });
