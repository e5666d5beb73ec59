import { OPERATORS } from '../request/conditions.js';

const VALUE = { type: ['string', 'number', 'boolean', 'null'] };
const VALUES = { type: 'array', items: { type: ['string', 'number', 'boolean'] } };
const FILTERS = { $ref: '#/components/schemas/RowFilters' };

const operand = (operator: string) => {
  if (operator === 'is_null') return { type: 'boolean' };
  if (operator === 'in' || operator === 'not_in') return VALUES;
  if (operator === 'between') return { ...VALUES, minItems: 2, maxItems: 2 };
  return VALUE;
};

/** What the parameter `filters` holds, for OpenAPI. */
export const filtersSchemas = {
  RowFilters: {
    type: 'object',
    description: 'Conditions by column key; a row must fulfil all of them. `$or`, `$and` and `$not` hold such objects.',
    properties: {
      $or: { type: 'array', minItems: 1, items: FILTERS },
      $and: { type: 'array', minItems: 1, items: FILTERS },
      $not: FILTERS,
    },
    additionalProperties: { anyOf: [VALUE, VALUES, { $ref: '#/components/schemas/ColumnConditions' }] },
  },
  ColumnConditions: {
    type: 'object',
    description: 'Conditions on one column; all must hold.',
    properties: Object.fromEntries(OPERATORS.map((operator) => [operator, operand(operator)])),
    additionalProperties: false,
  },
};

/**
 * The parameter itself: a text that holds JSON. As a parameter with `content`, generators would send an object as `filters[city]=Paris`,
 * which is another request; a text they send as it is.
 */
export const FILTERS_PARAMETER = {
  type: 'string',
  contentMediaType: 'application/json',
  contentSchema: FILTERS,
} as const;
