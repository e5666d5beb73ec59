const NAMES = [
  'delimiter',
  'quote',
  'escape',
  'header',
  'encoding',
  'decimal',
  'thousands',
  'date_format',
  'trim',
  'comment',
  'skip',
  'skip_after_header',
  'skip_footer',
  'null_values',
  'max_rejects',
] as const;

export type OptionName = (typeof NAMES)[number];

/** What a person says about a file, under the names of docs/uploading.md. An empty text leaves it to detection. */
export type Options = Record<OptionName, string>;

export const OPTION_NAMES: readonly OptionName[] = NAMES;

export const EMPTY_OPTIONS = Object.fromEntries(NAMES.map((name) => [name, ''])) as Options;

/** The options that were given, under their names in the API. */
export const sentOptions = (options: Options): Record<string, string> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== ''));

/** Options that are told of single columns, in the preview. */
const COLUMN_OPTIONS = ['names', 'types'] as const;

/**
 * The options of another try, under their names in the API. The service keeps an option that is absent, so whatever was not given is `auto`:
 * what was said before is forgotten, as the page says.
 */
export const retryOptions = (options: Options): Record<string, string> => ({
  ...Object.fromEntries([...NAMES, ...COLUMN_OPTIONS].map((name) => [name, 'auto'])),
  ...sentOptions(options),
});
