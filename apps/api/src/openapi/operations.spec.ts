import { describe, expect, it } from 'vitest';
import { describeExamples, EXAMPLE_ID, firstClause, placeContentSchemas, withoutSingleAllOf } from './operations.js';

describe('the summary of an operation', () => {
  it.each([
    ['List your tasks, newest first.', 'List your tasks, newest first'],
    ['Log in. Send the token.', 'Log in'],
    ['Complete a task; a mail tells\nits owner.', 'Complete a task'],
    ['Upload a file: as a part,\nor as the body.', 'Upload a file'],
    ['Change it by RFC 9457, as at 1.5\nof it', 'Change it by RFC 9457, as at 1.5 of it'],
  ])('of %j is %j', (comment, summary) => {
    expect(firstClause(comment)).toBe(summary);
  });
});

describe('a parameter that may be left out', () => {
  it('tells its examples in the description, so that Swagger UI does not send them', () => {
    const operation = {
      responses: {},
      parameters: [
        { name: 'delimiter', in: 'query', description: 'The delimiter.', schema: { example: 'semicolon' } },
        { name: 'filters', in: 'query', examples: { a: { value: '{"a":1}' }, b: { value: '{}' } } },
        { name: 'If-Match', in: 'header', required: true, example: '"1"' },
        { name: 'id', in: 'path', required: true },
      ],
    };
    describeExamples({ operation });
    expect(operation.parameters).toEqual([
      { name: 'delimiter', in: 'query', description: 'The delimiter. For example `semicolon`.', schema: {} },
      { name: 'filters', in: 'query', description: 'For example `{"a":1}`, `{}`.', schema: {} },
      { name: 'If-Match', in: 'header', required: true, example: '"1"', schema: {} },
      { name: 'id', in: 'path', required: true, schema: { format: 'uuid' }, example: EXAMPLE_ID },
    ]);
  });

  it('that holds JSON says so in its schema', () => {
    const operation = {
      responses: {},
      parameters: [
        { name: 'f', in: 'query', contentMediaType: 'application/json', contentSchema: { $ref: '#/x' }, schema: {} },
      ],
    };
    placeContentSchemas({ operation });
    expect(operation.parameters).toEqual([
      { name: 'f', in: 'query', schema: { contentMediaType: 'application/json', contentSchema: { $ref: '#/x' } } },
    ]);
  });
});

it('a reference with a description needs no allOf', () => {
  expect(withoutSingleAllOf({ a: [{ description: 'd', allOf: [{ $ref: '#/x' }] }], b: { allOf: [{}, {}] } })).toEqual({
    a: [{ description: 'd', $ref: '#/x' }],
    b: { allOf: [{}, {}] },
  });
});
