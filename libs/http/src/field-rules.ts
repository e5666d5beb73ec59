import { applyDecorators } from '@nestjs/common';
import { IsString, ValidateBy } from 'class-validator';

/** A rule of a field; `message` ends the sentence that the field's name begins. */
export const Satisfies = (name: string, message: string, validate: (value: unknown) => boolean): PropertyDecorator =>
  ValidateBy({ name, validator: { validate, defaultMessage: () => message } });

/** A text of `min` to `max` characters, counted as PostgreSQL counts: by code point, where `Length` has rules of its own. */
export const IsText = (min: number, max: number): PropertyDecorator =>
  applyDecorators(
    IsString({ message: 'must be a text' }),
    Satisfies(
      'isStorable',
      'must not hold the character U+0000 or half of a surrogate pair',
      (value) => typeof value === 'string' && !/[\0\p{Cs}]/u.test(value),
    ),
    Satisfies('hasLength', `must have ${min} to ${max} characters`, (value) => {
      // No code point takes more than two units, so what is far too long need not be counted.
      if (typeof value !== 'string' || value.length > 2 * max) return false;
      const length = Array.from(value).length;
      return length >= min && length <= max;
    }),
  );
