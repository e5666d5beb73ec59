import fc from 'fast-check';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { requestLine } from './request-log.js';

it('is, but for the time, what pino itself would write', () => {
  let written = '';
  const base = { service: 'api', pid: 4711 };
  const logger = pino({ base, timestamp: pino.stdTimeFunctions.isoTime }, { write: (line) => (written = line) });
  const line = requestLine(logger);
  const timeless = (text: string) => text.replace(/"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/, '"time":""');

  const facts = fc.record({
    request_id: fc.string(),
    method: fc.constantFrom('GET', 'PATCH', 'M-SEARCH'),
    url: fc.oneof(fc.string({ unit: 'binary' }), fc.constant('/api/v1/tasks/?search="\\\n\ud800')),
    status: fc.integer({ min: 200, max: 599 }),
    ms: fc.integer({ min: 0, max: 100_000 }).map((tenths) => tenths / 10),
  });
  fc.assert(
    fc.property(facts, (said) => {
      logger.info(said, 'request');
      expect(timeless(line(said))).toBe(timeless(written));
      expect(timeless(written)).toContain('"time":""');
      expect(JSON.parse(line(said))).toMatchObject({ ...base, msg: 'request' });
    }),
  );
});
