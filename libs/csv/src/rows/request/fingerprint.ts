import { isFiltered, type RowSelection } from './rows-query.js';

const conditionsText = ({ conditions, search }: Pick<RowSelection, 'conditions' | 'search'>): string => {
  const each = conditions.map(({ column, ...rest }) => JSON.stringify([column.key, rest]));
  return JSON.stringify([each.sort(), search]);
};

/** The same text for every wording of the same filters and search, whatever the order: what a count hangs on. */
export const filterFingerprint = (selection: RowSelection): string =>
  isFiltered(selection) ? conditionsText(selection) : '';

/** As `filterFingerprint`, with the order of the rows: what a cursor hangs on. */
export const selectionFingerprint = (selection: RowSelection): string =>
  JSON.stringify([
    conditionsText(selection),
    selection.sort.map(({ column, direction }) => [column.key, direction]),
    selection.rowOrder,
  ]);
