import fc from 'fast-check';
import type { Description, Operation, Schema } from './description.js';

/** Whose id a call uses; which one, is decided when it is sent. */
type IdKind = 'own' | 'foreign' | 'unknown' | 'odd';
/** Which token a call has. Only `own` may see the caller's objects. */
type TokenKind = 'own' | 'none' | 'wrong' | 'ended' | 'malformed' | 'basic';

/** A call before it is sent. */
export interface Call {
  operation: Operation;
  method: string;
  idKind: IdKind;
  oddId: string;
  tokenKind: TokenKind;
  query: [name: string, value: string][];
  headers: [name: string, value: string][];
  body: string | Buffer | null;
  contentType: string | null;
  /** Sends the file as a part of a form. */
  asForm: boolean;
  /** Which of several own objects, tokens and accounts. */
  pick: number;
}

const NASTY = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'x\udfff',
  '\u202eright to left\u202c',
  'שלום עולם',
  '\u200b\ufeff',
  'a\u0301'.repeat(50),
  '𝕳𝖊𝖑𝖑𝖔 👩‍👩‍👧‍👦',
  '__proto__',
  'constructor',
  'toString',
  'x'.repeat(10_000),
  '9'.repeat(400),
  "'; DROP TABLE users; --",
  '%00',
  '%',
  '\\',
  '$1',
  '{{7*7}}',
  '../../etc/passwd',
  'null',
  'NaN',
  '-1',
  '1e999',
  '0x10',
  '2026-02-31',
  '+262142-01-01T00:00:00Z',
  '-271821-04-20',
  '\r\nX-Injected: 1',
  '=1+1',
  '\x1e\x1f\x01\x02\x03',
];
const nasty = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);

const FILTERS = [
  '{"city":"Paris"}',
  '{"price":{"gte":2,"lt":9}}',
  '{"city":["Paris","Rome"],"price":{"is_null":false}}',
  '{"$or":[{"city":{"contains":"o"}},{"$not":{"price":1}}]}',
  '{"day":{"between":["2026-01-01","2026-12-31"]}}',
];
/** Values of parameters whose schema says less than their description. */
const KNOWN: Record<string, readonly string[]> = {
  filters: FILTERS,
  format: ['1.234,56', 'DD.MM.YYYY'],
  sort_by: ['price,-city', 'id', '-day'],
  columns: ['city', 'price,day'],
  ordering: ['-due_date,priority', 'created_at', '-title'],
  due_before: ['2027-01-01T00:00:00Z', '2026-12-01'],
  due_after: ['2026-12-01', '2020-01-01T10:00:00+02:00'],
  encoding: ['utf-8', 'windows-1252', 'auto'],
  delimiter: ['comma', ';', 'auto'],
  quote: ['double', 'auto'],
  escape: ['doubled', 'auto'],
  password: ['violet-harbour-29-lamps'],
  current_password: ['violet-harbour-29-lamps'],
  new_password: ['amber-meadow-61-clocks'],
  thousands: ['.', 'auto'],
  date_format: ['DD.MM.YYYY', 'auto'],
  comment: ['#', 'auto'],
  names: ['a,b,c'],
  types: ['price:number', 'city:text,day:date'],
  null_values: ['NA,-'],
  password_confirm: ['violet-harbour-29-lamps'],
  username: ['ada', 'ada.lovelace'],
  due_date: ['2026-12-24T18:00:00Z', '2026-12-24'],
  'If-Match': ['"1"', '*'],
  'If-None-Match': ['"1"', 'W/"x"', '*'],
  'Content-Disposition': ['attachment; filename="a.csv"', 'inline'],
  'Content-Encoding': ['identity'],
  'Last-Event-ID': ['1', '7'],
};
/** Parameters of which a made-up value is refused, and files would be refused for them. */
const SELDOM = new Set(
  'cursor Content-Encoding If-Match skip header encoding delimiter page names quote escape comment skip_after_header skip_footer max_rejects thousands decimal date_format'.split(
    ' ',
  ),
);

/** Values that fit a schema. */
function valuesOf(schema: Schema, description: Description, name = ''): fc.Arbitrary<unknown> {
  const known = KNOWN[name];
  // A name may be a list in a query and an array in a body.
  if (known && schema.type !== 'array') return fc.constantFrom(...known);
  const resolved = description.resolve(schema);
  const types: string[] = [resolved.type].flat();
  if (types.includes('null')) {
    const rest = { ...resolved, type: types.filter((type) => type !== 'null')[0] };
    return fc.option(valuesOf(rest, description), { freq: 4 });
  }
  if (resolved.allOf?.length === 1) return valuesOf(resolved.allOf[0], description);
  if (resolved.enum) return fc.constantFrom(...resolved.enum);
  switch (types[0]) {
    case 'integer':
    case 'number':
      return fc.integer({ min: resolved.minimum ?? 0, max: Math.min(resolved.maximum ?? 5, 5) });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(valuesOf(resolved.items, description), { maxLength: 3 });
    case 'object':
      return objectsOf(resolved, description);
    default:
      return textsOf(resolved);
  }
}

function textsOf({ format, pattern, minLength = 0, maxLength = 60 }: Schema): fc.Arbitrary<string> {
  if (format === 'email') return fc.uuid().map((id) => `fuzz-${id}@example.org`);
  if (format === 'uuid') return fc.uuid();
  if (pattern) return fc.stringMatching(new RegExp(pattern));
  const length = { minLength, maxLength: Math.min(maxLength, 60) };
  return fc.oneof(fc.string({ ...length, unit: 'grapheme-ascii' }), fc.string({ ...length, unit: 'grapheme' }));
}

function objectsOf({ properties = {}, required = [] }: Schema, description: Description): fc.Arbitrary<object> {
  const values = Object.fromEntries(
    Object.entries(properties as Record<string, Schema>).map(([name, of]) => [name, valuesOf(of, description, name)]),
  );
  return fc.record(values, { requiredKeys: required }) as fc.Arbitrary<object>;
}

const FILE = [
  'city,price,day',
  'Paris,1.5,2026-01-02',
  'Rome,2,2026-03-04',
  '"New\nYork",,2026-05-06',
  'Oslo,4',
  '',
].join('\n');
const files = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(FILE, FILE.replaceAll(',', ';'), `Title\n\n${FILE}`, '\ufeffa,b\r\n1,2\r\n'),
  },
  { weight: 1, arbitrary: fc.array(nasty, { maxLength: 30 }).map((cells) => cells.join(',')) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
);

/** JSON that is no valid body of anything. */
const oddBodies = fc.oneof(
  fc.constantFrom(
    '',
    '{',
    '[]',
    'null',
    '"text"',
    '1',
    '{"a":1,"a":2}',
    '{"__proto__":{"admin":true}}',
    '[[[[[[]]]]]]',
    '\ufeff{}',
    '{"title":"\\ud800"}',
  ),
  fc.json(),
  nasty,
);
const CONTENT_TYPES = [
  'text/plain',
  'application/xml',
  'application/json; charset=utf-16',
  'multipart/form-data',
  'x',
  '*/*',
];
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND'];
const bodyMethods = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** One field of a body becomes a value that its schema does not foresee, is dropped, or is added. */
const spoiled = (body: Record<string, unknown>): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .tuple(
      fc.constantFrom(...Object.keys(body), 'unknown', '__proto__'),
      fc.oneof(nasty, fc.constantFrom(null, true, 0, -1, 1e308, [], {}, [[]], { $gt: '' }), fc.constant(undefined)),
    )
    .map(([name, value]) => Object.fromEntries([...Object.entries(body), [name, value]]));

/** The calls of one operation: three in five as the document describes them, the others with a fault or two. */
export function callsOf(operation: Operation, description: Description): fc.Arbitrary<Call> {
  const parametersIn = (place: string) => operation.parameters.filter((parameter) => parameter.in === place);
  const given = (place: string, values: (name: string, schema: Schema) => fc.Arbitrary<unknown>) =>
    fc
      .tuple(
        ...parametersIn(place).map(({ name, schema }) =>
          fc
            .oneof(
              { weight: SELDOM.has(name) ? 1 : 3, arbitrary: values(name, schema) },
              { weight: SELDOM.has(name) ? 12 : 5, arbitrary: fc.constant(null) },
            )
            .map((value) => [name, value] as const),
        ),
      )
      .map((pairs) =>
        pairs.filter(([, value]) => value !== null).map(([name, value]) => [name, String(value)] as [string, string]),
      );
  const fitting = (name: string, schema: Schema) =>
    name === 'cursor' ? fc.constant('{cursor}') : valuesOf(schema, description, name);
  const jsonBodies = operation.body
    ? (valuesOf(operation.body, description) as fc.Arbitrary<Record<string, unknown>>)
    : undefined;
  const body: fc.Arbitrary<string | Buffer | null> = operation.takesFile
    ? files
    : (jsonBodies?.map((value) => JSON.stringify(value)) ?? fc.constant(null));

  const good = fc.record({
    operation: fc.constant(operation),
    method: fc.constant(operation.method),
    idKind: fc.constant<IdKind>('own'),
    oddId: fc.constant(''),
    tokenKind: fc.constant<TokenKind>('own'),
    query: given('query', fitting),
    headers: given('header', fitting),
    body,
    contentType: operation.takesFile
      ? fc.constantFrom('text/csv', 'text/plain', 'application/octet-stream')
      : fc.constant(operation.body ? 'application/json' : null),
    asForm: operation.takesFile ? fc.boolean() : fc.constant(false),
    pick: fc.nat(),
  });

  const faults: fc.Arbitrary<Partial<Call>>[] = [
    given('query', () => nasty).map((query) => ({ query })),
    nasty.map((value) => ({
      query: [
        ['unknown', value],
        ['page', value],
        ['__proto__', value],
      ] as [string, string][],
    })),
    given('header', () => nasty).map((headers) => ({ headers })),
    fc.constantFrom<TokenKind>('none', 'wrong', 'ended', 'malformed', 'basic').map((tokenKind) => ({ tokenKind })),
    fc.constantFrom<IdKind>('foreign', 'unknown').map((idKind) => ({ idKind })),
    nasty.map((oddId) => ({ idKind: 'odd' as const, oddId })),
    fc.constantFrom(...METHODS).map((method) => ({ method })),
    fc.constantFrom(...CONTENT_TYPES).map((contentType) => ({ contentType, asForm: false })),
    oddBodies.map((odd) => ({ body: odd, contentType: 'application/json', asForm: false })),
  ];
  if (jsonBodies) {
    const bad = jsonBodies.chain(spoiled).map((value) => ({ body: JSON.stringify(value) }));
    faults.push(bad, bad, bad);
  }
  const flawed = fc
    .tuple(good, fc.array(fc.oneof(...faults), { minLength: 1, maxLength: 2 }))
    .map(([call, changes]) => Object.assign({}, call, ...changes) as Call);
  return fc.oneof({ weight: 3, arbitrary: good }, { weight: 2, arbitrary: flawed });
}

export const mayHaveBody = ({ method }: Call) => bodyMethods.has(method);
