import { type FieldError, ValidationFailed } from '@app/problems';
import {
  type ArgumentMetadata,
  Injectable,
  type PipeTransform,
  type ValidationError,
  ValidationPipe,
} from '@nestjs/common';

const escapePointer = (segment: string) => segment.replaceAll('~', '~0').replaceAll('/', '~1');

const UNKNOWN = 'is not a field of this request';

const fieldErrors = (errors: ValidationError[], path = '#'): FieldError[] =>
  errors.flatMap((error) => {
    const pointer = `${path}/${escapePointer(error.property)}`;
    const own = Object.entries(error.constraints ?? {}).map(([rule, detail]) => ({
      pointer,
      detail: rule === 'whitelistValidation' ? UNKNOWN : detail,
    }));
    return [...own, ...fieldErrors(error.children ?? [], pointer)];
  });

const settings = {
  transform: true,
  whitelist: true,
  stopAtFirstError: true,
  validationError: { target: false, value: false },
  exceptionFactory: (errors: ValidationError[]) => new ValidationFailed({}, { errors: fieldErrors(errors) }),
};

/** Checks DTOs by their class-validator rules. An unknown field of a body is a fault; an unknown query parameter is ignored. */
@Injectable()
export class RequestValidationPipe implements PipeTransform {
  private readonly strict = new ValidationPipe({ ...settings, forbidNonWhitelisted: true });
  private readonly lenient = new ValidationPipe(settings);

  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type !== 'body') return this.lenient.transform(value, metadata);
    if (isDto(metadata) && (typeof value !== 'object' || value === null || Array.isArray(value))) {
      throw new ValidationFailed({}, { errors: [{ pointer: '#', detail: 'the body must be a JSON object' }] });
    }
    if (isDto(metadata)) refuseInheritedNames(value as object);
    return this.strict.transform(value, metadata);
  }
}

const isDto = ({ metatype }: ArgumentMetadata) =>
  metatype !== undefined && ![String, Boolean, Number, Array, Object].includes(metatype as never);

/** class-transformer drops a field that is named like a method of every object, before anybody could say that it is not known. */
function refuseInheritedNames(body: object): void {
  const inherited = Object.keys(body).filter((name) => name in Object.prototype);
  if (inherited.length > 0) throw unknownFields(inherited);
}

/** @param names of members of the body. */
export const unknownFields = (names: string[]): Error =>
  new ValidationFailed({}, { errors: names.map((name) => ({ pointer: `#/${escapePointer(name)}`, detail: UNKNOWN })) });
