import { wide } from '../data-sets/wide.js';
import { DATA_SETS, type DataSet } from '../data-sets.js';
import { readArguments, wholeNumber } from '../measure/options.js';

const USAGE =
  'Usage: bench:rows [--rows N | --narrow-rows N | --columns N [--rows N]] [--beside N] [--samples N] [--clients N] [--index-seconds N] [--only TEXT] [--no-exports]';

export function options() {
  const { values } = readArguments(USAGE, {
    options: {
      rows: { type: 'string' },
      'narrow-rows': { type: 'string' },
      columns: { type: 'string' },
      beside: { type: 'string', default: '1000000' },
      samples: { type: 'string', default: '50' },
      clients: { type: 'string', default: '16' },
      'index-seconds': { type: 'string', default: '180' },
      only: { type: 'string', default: '' },
      'no-exports': { type: 'boolean', default: false },
    },
  });
  const number = wholeNumber(USAGE);
  const set: DataSet =
    values.columns !== undefined
      ? wide(number(values.columns))
      : DATA_SETS[values['narrow-rows'] === undefined ? 'A' : 'B'];
  const rows = values['narrow-rows'] ?? values.rows;
  return {
    set,
    rows: rows === undefined ? set.rows : number(rows),
    beside: wholeNumber(USAGE, { min: 0 })(values.beside),
    samples: number(values.samples),
    clients: number(values.clients),
    indexSeconds: number(values['index-seconds']),
    only: values.only,
    // Five exports of ten million rows would take longer than all the rest.
    exports: !values['no-exports'] && values['narrow-rows'] === undefined,
  };
}
export type Options = ReturnType<typeof options>;
