import { describe, expect, it } from 'vitest';
import { BufferPool } from './buffer-pool.js';
import { type RejectFacts, RejectsCollector } from './rejects-payload.js';

const newFacts = (facts: Partial<RejectFacts> = {}): RejectFacts => ({
  recordNumber: 1,
  lineNumber: 2,
  byteOffset: 4,
  code: 'too_many_cells',
  message: 'The record has 3 cells, the file 2 columns.',
  truncated: false,
  ...facts,
});

describe('RejectsCollector', () => {
  it('writes lines of numbers, each message once, and the bytes without separators', () => {
    const collector = new RejectsCollector({ facts: new BufferPool(8), raws: new BufferPool(8) });
    collector.add(newFacts(), Buffer.from('1,2,3'));
    collector.add(
      newFacts({ recordNumber: 7, code: 'nul_character', message: 'NUL', truncated: true }),
      Buffer.from([0, 0xe9]),
    );
    collector.add(newFacts({ recordNumber: 9 }), Buffer.alloc(0));
    const { facts, raws, ...others } = collector.payload();
    expect(others).toEqual({
      count: 3,
      codes: ['too_many_cells', 'nul_character'],
      messages: ['The record has 3 cells, the file 2 columns.', 'NUL'],
    });
    expect(Buffer.from(facts).toString()).toBe('1 2 4 1 1 5 0\n7 2 4 2 6 2 1\n9 2 4 1 8 0 0');
    expect(Buffer.from(raws).toString('latin1')).toBe('1,2,3\x00\xe9');
  });

  it('takes no memory without rejects', () => {
    const { facts, raws } = new RejectsCollector({ facts: new BufferPool(8), raws: new BufferPool(8) }).payload();
    expect([facts.buffer.byteLength, raws.buffer.byteLength]).toEqual([0, 0]);
  });
});
