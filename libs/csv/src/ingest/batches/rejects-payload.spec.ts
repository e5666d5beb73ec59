import { describe, expect, it } from 'vitest';
import { BufferPool } from './buffer-pool.js';
import { type RejectFacts, RejectsCollector } from './rejects-payload.js';

const newFacts = (facts: Partial<RejectFacts> = {}): RejectFacts => ({
  recordNumber: 1,
  lineNumber: 2,
  byteOffset: 4,
  code: 'too_many_cells',
  message: 'The record has 3 cells, the file 2 columns.',
  ...facts,
});

const newCollector = (keepsText = true) =>
  new RejectsCollector({ facts: new BufferPool(8), raws: new BufferPool(8) }, keepsText);

describe('RejectsCollector', () => {
  it('writes lines of numbers, each message once, and the bytes without separators', () => {
    const collector = newCollector();
    collector.add(newFacts(), Buffer.from('1,2,3'), 5);
    collector.add(newFacts({ recordNumber: 7, code: 'nul_character', message: 'NUL' }), Buffer.from([0, 0xe9]), 2);
    collector.add(newFacts({ recordNumber: 9 }), Buffer.alloc(0), 0);
    const { facts, raws, ...others } = collector.payload();
    expect(others).toEqual({
      count: 3,
      last: 9,
      codes: ['too_many_cells', 'nul_character'],
      messages: ['The record has 3 cells, the file 2 columns.', 'NUL'],
    });
    expect(Buffer.from(facts).toString()).toBe('1 2 4 1 1 5 0\n7 2 4 2 6 2 0\n9 2 4 1 8 0 0');
    expect(Buffer.from(raws!).toString('latin1')).toBe('1,2,3\x00\xe9');
    expect(collector.bytes).toBe(7);
  });

  it('keeps 64 KiB of a record, and no part of a character', () => {
    const collector = newCollector();
    const text = Buffer.from(`${'x'.repeat(65_535)}éé`);
    collector.add(newFacts(), text, text.length);
    const { facts, raws } = collector.payload();
    expect(Buffer.from(facts).toString()).toBe('1 2 4 1 1 65535 1');
    expect(Buffer.from(raws!)).toEqual(text.subarray(0, 65_535));
  });

  it('leaves the bytes to be read from the file where the text is not what it holds', () => {
    const collector = newCollector(false);
    collector.add(newFacts(), Buffer.from('é'), 1);
    collector.add(newFacts({ byteOffset: 9 }), Buffer.from('x'), 70_000);
    const { facts, raws } = collector.payload();
    expect(raws).toBeNull();
    expect(Buffer.from(facts).toString()).toBe('1 2 4 1 1 1 0\n1 2 9 1 2 65536 1');
    expect(collector.bytes).toBe(65_537);
  });

  it('takes no memory without rejects', () => {
    const { facts, raws } = newCollector().payload();
    expect([facts.buffer.byteLength, raws!.buffer.byteLength]).toEqual([0, 0]);
  });
});
