import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventParser } from './events.js';

const STREAM =
  'retry: 3000\n\nid: 1\ndata: {"progress":1}\n\n: heartbeat\n\nid: 2\nevent: deleted\ndata: a\ndata: b\n\nid: 3\ndata: never ended';

describe('a stream of events', () => {
  it('has the same events wherever its chunks end', () => {
    const cuts = fc.uniqueArray(fc.nat(STREAM.length)).map((places) => places.sort((a, b) => a - b));
    fc.assert(
      fc.property(cuts, (places) => {
        const parser = new EventParser();
        const edges = [0, ...places, STREAM.length];
        const events = edges.slice(1).flatMap((end, at) => parser.push(STREAM.slice(edges[at], end)));
        expect(events).toEqual([
          { id: '1', name: 'message', data: '{"progress":1}' },
          { id: '2', name: 'deleted', data: 'a\nb' },
        ]);
      }),
    );
  });
});
