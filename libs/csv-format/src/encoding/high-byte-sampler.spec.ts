import { describe, expect, it } from 'vitest';
import { HighByteSampler } from './high-byte-sampler.js';

/** A word of its own for each number, with a high byte. */
const word = (number: number): string => `\xe4w${number.toString(36)}`;
const text = (lines: number): string => Array.from({ length: lines }, (_, i) => `${i}, ${word(i)}, words\n`).join('');

function sampled(content: Buffer, chunkBytes = content.length): string[] {
  const sampler = new HighByteSampler();
  for (let at = 0; at < content.length; at += chunkBytes) sampler.push(content.subarray(at, at + chunkBytes));
  sampler.end();
  return sampler.runs.map((run) => run.toString('latin1'));
}

describe('the words of a sample', () => {
  it('are all of a small file', () => {
    expect(sampled(Buffer.from(text(60), 'latin1'))).toHaveLength(60);
  });

  it('are as many of each part of a large file', () => {
    const lines = 400_000;
    const found = sampled(Buffer.from(text(lines), 'latin1')).map((run) => Number.parseInt(run.slice(2), 36));
    expect(found.length).toBeGreaterThan(50);
    expect(found.length).toBeLessThanOrEqual(200);
    for (let quarter = 0; quarter < 4; quarter++) {
      const inside = found.filter((number) => Math.floor((number / lines) * 4) === quarter);
      expect(inside.length).toBeGreaterThan(found.length / 10);
    }
  });

  it('are of all parts of a file where few words return again and again', () => {
    const early = 'caf\xe9 ol\xe9\n'.repeat(100_000);
    const found = sampled(Buffer.from(`${early}${text(100_000)}`, 'latin1'));
    expect(found).toContain('caf\xe9');
    expect(found.length).toBeGreaterThan(20);
  });

  it('do not depend on how the file is cut into chunks', () => {
    const content = Buffer.from(`${'only ASCII here\n'.repeat(500)}${text(20_000)}`, 'latin1');
    const whole = sampled(content);
    for (const chunkBytes of [1, 7, 1000, 65_536]) expect(sampled(content, chunkBytes)).toEqual(whole);
  });
});
