import { oas } from '@stoplight/spectral-rulesets';

/** Rules for `spectral lint docs/openapi.json`. `npm run check` reads this file. */
export default {
  extends: [oas],
  // Paths end in a slash, as clients have known them from the first version on. The same path without it is served too.
  rules: { 'path-keys-no-trailing-slash': 'off' },
};
