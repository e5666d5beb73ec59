import { IsText, Satisfies } from '@app/http';
import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, ValidateBy, ValidateIf } from 'class-validator';
import { DueDate } from '../due-date.js';
import { TASK_PRIORITIES, TASK_STATUSES } from '../task.entity.js';

/** The field may be absent. Null is validated like any other value; IsOptional would accept it. */
export const IfPresent = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

/** A time or a date as text. A text that cannot be parsed stays as it is, and the rule rejects it. */
export const IsTimeOrDay = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }) => (typeof value === 'string' ? (DueDate.parse(value) ?? value) : value)),
    Satisfies(
      'isTime',
      'must be an RFC 3339 time with its zone, such as 2026-12-24T18:00:00Z, or a date',
      (value) => value instanceof DueDate,
    ),
  );

const oneOf = (values: readonly string[]): PropertyDecorator =>
  IsIn(values, { message: `must be one of ${values.join(', ')}` });

export const IsStatus = (): PropertyDecorator => oneOf(TASK_STATUSES);
export const IsPriority = (): PropertyDecorator => oneOf(TASK_PRIORITIES);

const partsOf = (text: string): string[] => text.split(',').map((part) => part.trim());

/** One of the known values, or several separated by commas. `anyOf` reads them. */
export const IsAnyOf = (known: readonly string[]): PropertyDecorator =>
  ValidateBy({
    name: 'isAnyOf',
    validator: {
      // A parameter that is given twice arrives as an array of strings.
      validate: (value) => typeof value === 'string' && partsOf(value).every((part) => known.includes(part)),
      defaultMessage: (args) => {
        const rule = `must be one of ${known.join(', ')}, or several of them in one parameter, separated by commas`;
        if (typeof args?.value !== 'string') return rule;
        const unknown = partsOf(args.value).filter((part) => !known.includes(part));
        return `${rule}; unknown: ${clipped(unknown.map((part) => JSON.stringify(part)).join(', '))}`;
      },
    },
  });

const MAX_SHOWN = 100;
const clipped = (text: string): string =>
  text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN).toWellFormed()}…` : text;

/** The values in a text that fulfils `IsAnyOf`, each once and in the order of `known`. */
export function anyOf<T extends string>(known: readonly T[], text: string | undefined): T[] | undefined {
  const wanted = text === undefined ? undefined : partsOf(text);
  return wanted && known.filter((value) => wanted.includes(value));
}

/** White space at either end is dropped. */
export const IsTitle = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }) => (typeof value === 'string' ? value.trim() : value)),
    IsText(1, 255),
  );

/** Null stands for an empty description. */
export const IsDescription = (): PropertyDecorator => applyDecorators(IsOptional(), IsText(0, 65_000));

/** Null stands for no due date. */
export const IsDueDate = (): PropertyDecorator => applyDecorators(IsOptional(), IsTimeOrDay());
