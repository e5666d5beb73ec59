import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { buildMessage, IsString, ValidateBy, ValidateIf } from 'class-validator';
import { parseTime } from '../time.js';

const rule = (name: string, message: string, validate: (value: unknown) => boolean): PropertyDecorator =>
  ValidateBy({ name, validator: { validate, defaultMessage: buildMessage(() => message) } });

/** Absent is fine; null is a value like any other. (IsOptional lets null through as well.) */
export const IfPresent = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

export const Trimmed = (): PropertyDecorator =>
  Transform(({ value }) => (typeof value === 'string' ? value.trim() : value));

/** A text of `min` to `max` characters, counted as PostgreSQL counts: by code point, where `Length` has rules of its own. */
export const IsText = (min: number, max: number): PropertyDecorator =>
  applyDecorators(
    IsString({ message: 'must be a text' }),
    rule(
      'isStorable',
      'must not hold the character U+0000 or half of a surrogate pair',
      (value) => typeof value === 'string' && !/[\0\p{Cs}]/u.test(value),
    ),
    rule('hasLength', `must have ${min} to ${max} characters`, (value) => {
      // No code point takes more than two units, so what is far too long need not be counted.
      if (typeof value !== 'string' || value.length > 2 * max) return false;
      const length = Array.from(value).length;
      return length >= min && length <= max;
    }),
  );

/** A time, given as text; what cannot be read stays as it is, for the rule to name. */
export const IsTime = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }) => (typeof value === 'string' ? (parseTime(value) ?? value) : value)),
    rule(
      'isTime',
      'must be an RFC 3339 time with its zone, such as 2026-12-24T18:00:00Z, or a date',
      (value) => value instanceof Date,
    ),
  );
