import { defineProblem } from '@app/problems';

export const MalformedRequest = defineProblem('malformed_request', {
  status: 400,
  title: 'The request cannot be read',
  detail: 'The request is not well-formed.',
});

export const RequestTimedOut = defineProblem('request_timed_out', {
  status: 408,
  title: 'The request took too long to arrive',
  detail: 'The request did not arrive completely in time.',
});

export const HeadersTooLarge = defineProblem('headers_too_large', {
  status: 431,
  title: 'The headers are too large',
  detail: 'The headers of a request may have 16 KiB in total.',
});

export const RouteNotFound = defineProblem('route_not_found', {
  status: 404,
  title: 'No such address',
  detail: 'Nothing is served at this address. The documentation at /api/docs/ lists all addresses.',
});

export const MethodNotAllowed = defineProblem<{ allowed: string[] }>('method_not_allowed', {
  status: 405,
  title: 'Method not allowed',
  detail: ({ allowed }) => `This address answers to ${allowed.join(', ')}.`,
});

export const BodyTooLarge = defineProblem('body_too_large', {
  status: 413,
  title: 'The body is too large',
  detail: 'The body of this request is larger than this address accepts.',
});

export const UnsupportedMediaType = defineProblem('unsupported_media_type', {
  status: 415,
  title: 'Unsupported media type',
  detail: 'The body has a Content-Type that this address does not accept.',
});

export const Conflict = defineProblem('conflict', {
  status: 409,
  title: 'Conflict',
  detail: 'The change conflicts with another change that was made at the same time.',
});

export const InvalidCharacter = defineProblem('invalid_character', {
  status: 400,
  title: 'A text has a character that cannot be stored',
  detail: 'A text has the character U+0000 or half of a surrogate pair.',
});

export const QueryTooComplex = defineProblem('query_too_complex', {
  status: 400,
  title: 'The request asks for too much at once',
  detail:
    'The request needs a larger query than the database takes. Ask for less at once: fewer columns, conditions or values.',
});

export const RateLimited = defineProblem<{ policy: string; retry_after_seconds: number }>('rate_limited', {
  status: 429,
  title: 'Too many requests',
  detail: ({ policy, retry_after_seconds }) =>
    `The limit "${policy}" is used up. Try again in ${retry_after_seconds} s. RateLimit-Policy shows the limits.`,
});
