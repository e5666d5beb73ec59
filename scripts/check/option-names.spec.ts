import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OTHER_FIELDS, USUAL_FIELDS } from '../../apps/web/src/uploads/option-choices.js';
import { EMPTY_OPTIONS, retryOptions } from '../../apps/web/src/uploads/options.js';
import { UPLOAD_OPTION_NAMES } from '../../libs/csv/src/uploads/upload-options.js';
import { READ_OPTIONS } from '../../packages/cli/src/commands/read-options.js';
import { root } from '../root.js';

// An option has one name in the API, the command line, the page and the documents.

const FIELDS = [...USUAL_FIELDS, ...OTHER_FIELDS];
const table = new Map(
  [...readFileSync(join(root, 'docs', 'uploading.md'), 'utf8').matchAll(/^\| `(\w+)` \| ([^|]+) \|/gm)].map(
    ([, option, onThePage]) => [option!, onThePage!],
  ),
);

describe('each option of an upload', () => {
  it('is in the table of docs/uploading.md, and a flag of the command line', () => {
    expect([...table.keys()].sort()).toEqual([...UPLOAD_OPTION_NAMES].sort());
    expect(Object.keys(READ_OPTIONS).sort()).toEqual([...UPLOAD_OPTION_NAMES].sort());
  });

  it('is a field of the page, whose label is in the table; names and types are told in the heads of the columns', () => {
    const inHeads = UPLOAD_OPTION_NAMES.filter((name) => !FIELDS.some((field) => field.name === name));
    expect(inHeads).toEqual(['names', 'types']);
    for (const { name, label } of FIELDS) expect([name, table.get(name)]).toEqual([name, label]);
  });

  it('is left to detection by another try of the page, unless it is said: the service would keep what is absent', () => {
    const sent = retryOptions({ ...EMPTY_OPTIONS, delimiter: ';' });
    const all = Object.fromEntries(UPLOAD_OPTION_NAMES.map((name) => [name, 'auto']));
    expect(sent).toEqual({ ...all, delimiter: ';' });
  });

  it.each(FIELDS)('$name has a label with the words of its name: $label', ({ name, label }) => {
    expect(label.toLowerCase()).toMatch(new RegExp(name.split('_').join('.* ')));
  });
});
