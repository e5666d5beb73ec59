import { ValidateBy, type ValidationOptions } from 'class-validator';
import { isStorable } from '../../request/cell-value.js';

/** No U+0000 and no half of a surrogate pair: PostgreSQL takes neither. */
export const IsStorable = (options: ValidationOptions = {}): PropertyDecorator =>
  ValidateBy(
    { name: 'isStorable', validator: { validate: (value) => typeof value === 'string' && isStorable(value) } },
    { message: 'must have no U+0000 and no half of a surrogate pair', ...options },
  );
