import 'reflect-metadata';
import { type Problem, ValidationFailed } from '@app/problems';
import { IsOptional, IsString } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { RequestValidationPipe } from './validation.js';

class ThingDto {
  @IsOptional()
  @IsString()
  name?: string;
}

const pipe = new RequestValidationPipe();
const read = (body: unknown) => pipe.transform(body, { type: 'body', metatype: ThingDto });

describe('the validation of a body', () => {
  it('accepts known fields', async () => {
    expect(await read({ name: 'a' })).toEqual(Object.assign(new ThingDto(), { name: 'a' }));
  });

  it.each(['owner', 'a/b', 'constructor', 'hasOwnProperty', 'toString', 'valueOf', '__defineGetter__'])(
    'refuses any other: %s',
    async (name) => {
      const refusal = (await read({ name: 'a', [name]: {} }).catch((error: unknown) => error)) as Problem;
      expect(refusal).toBeInstanceOf(ValidationFailed);
      const pointer = `#/${name.replace('/', '~1')}`;
      expect(refusal.errors).toEqual([{ pointer, detail: 'is not a field of this request' }]);
    },
  );
});
