import type { UploadOptions } from '@app/csv-format';
import { conflictsOf, type OptionFault, readUploadOptions } from '@app/csv-format';
import { ValidationFailed } from '@app/problems';

/**
 * `options` with what the parameters of a query say put in its place: one that is absent stays as it was, and one that is `auto` is
 * taken back, and left to detection.
 * @throws ValidationFailed that names every parameter at fault
 */
export function changedOptions(options: UploadOptions, query: Readonly<Record<string, unknown>>): UploadOptions {
  const read = readUploadOptions(query);
  if (read.options === null) throw refusal(read.faults);
  const kept = Object.entries(options).filter(([name]) => query[name] !== 'auto');
  const changed: UploadOptions = { ...Object.fromEntries(kept), ...read.options };
  const conflicts = conflictsOf(changed);
  if (conflicts.length > 0) throw refusal(conflicts);
  return changed;
}

const refusal = (faults: readonly OptionFault[]) =>
  new ValidationFailed({}, { errors: faults.map(({ option, detail }) => ({ pointer: `#/${option}`, detail })) });
