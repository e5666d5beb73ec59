import type { UploadOptions } from './upload.entity.js';

/** Options as they are asked for: `auto` takes back what was said before, and leaves it to be detected. */
export type OptionChanges = { [Name in keyof UploadOptions]?: UploadOptions[Name] | 'auto' | undefined };

/** @returns `options` with the changes made; an option that is `auto` or was never given is not among them. */
export function changedOptions(options: UploadOptions, changes: OptionChanges): UploadOptions {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const changed = Object.entries({ ...options, ...Object.fromEntries(given) });
  return Object.fromEntries(changed.filter(([, value]) => value !== 'auto'));
}
