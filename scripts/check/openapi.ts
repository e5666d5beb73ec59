import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lint, loadConfig } from '@redocly/openapi-core';
import spectral from '@stoplight/spectral-core';
// @ts-expect-error It is JavaScript without types, because spectral's own command reads it too.
import spectralRules from '../../.spectral.js';
import { root } from '../root.js';

/** The faults that redocly and spectral find in an OpenAPI document, warnings too. Both work without a network. */
export async function openApiFaults(path = join(root, 'docs', 'openapi.json')): Promise<string[]> {
  const config = await loadConfig({ configPath: join(root, 'redocly.yaml') });
  const redocly = (await lint({ ref: path, config })).map(
    ({ ruleId, message, location }) => `redocly ${ruleId} ${location[0]?.pointer}: ${message}`,
  );
  const linter = new spectral.Spectral();
  linter.setRuleset(spectralRules as Parameters<typeof linter.setRuleset>[0]);
  const found = await linter.run(JSON.parse(readFileSync(path, 'utf8')));
  return [...redocly, ...found.map(({ code, message, path: at }) => `spectral ${code} #/${at.join('/')}: ${message}`)];
}

if (import.meta.filename === process.argv[1]) {
  const faults = await openApiFaults();
  for (const fault of faults) console.log(fault);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
