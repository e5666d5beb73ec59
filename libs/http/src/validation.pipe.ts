import { type FieldError, ValidationFailed } from '@app/problems';
import {
  type ArgumentMetadata,
  Injectable,
  type PipeTransform,
  type ValidationError,
  ValidationPipe,
} from '@nestjs/common';

const escapePointer = (segment: string) => segment.replaceAll('~', '~0').replaceAll('/', '~1');

const fieldErrors = (errors: ValidationError[], path = '#'): FieldError[] =>
  errors.flatMap((error) => {
    const pointer = `${path}/${escapePointer(error.property)}`;
    const own = Object.entries(error.constraints ?? {}).map(([rule, detail]) => ({
      pointer,
      detail: rule === 'whitelistValidation' ? 'is not a field of this request' : detail,
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
    return this.strict.transform(value, metadata);
  }
}

const isDto = ({ metatype }: ArgumentMetadata) =>
  metatype !== undefined && ![String, Boolean, Number, Array, Object].includes(metatype as never);
