import 'reflect-metadata';
import { type Problem, ValidationFailed } from '@app/problems';
import { ValidationPipe } from '@nestjs/common';
import { IsOptional, IsString } from 'class-validator';
import { describe, expect, it, vi } from 'vitest';
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

  it('reports 20 of many unknown fields, without handing them to the strict pipe', async () => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`field_${i}`, i]));
    const seen = vi.spyOn(ValidationPipe.prototype, 'transform');
    const refusal = (await read({ name: 'a', ...many }).catch((error: unknown) => error)) as Problem;
    expect(refusal).toBeInstanceOf(ValidationFailed);
    expect(refusal.errors?.map(({ pointer }) => pointer)).toEqual(Array.from({ length: 20 }, (_, i) => `#/field_${i}`));
    expect(seen).not.toHaveBeenCalled();
    seen.mockRestore();
  });

  it('transforms nothing of an unknown field', async () => {
    const seen = vi.spyOn(ValidationPipe.prototype, 'transform');
    const unknown = { many: Array.from({ length: 1_000 }, () => ({})) };
    await expect(read({ name: 1, ...unknown })).rejects.toBeInstanceOf(ValidationFailed);
    expect(seen.mock.calls.map(([value]) => value)).toEqual([{ name: 1 }]);
    seen.mockRestore();
  });

  it('reports a few unknown fields beside the other faults of a body', async () => {
    const refusal = (await read({ name: 1, owner: 'me' }).catch((error: unknown) => error)) as Problem;
    expect(refusal.errors?.map(({ pointer }) => pointer).sort()).toEqual(['#/name', '#/owner']);
  });
});
