import { describe, expect, it } from 'vitest';
import { BufferPool } from './buffer-pool.js';

const EMPTY = Buffer.alloc(0);
const memoryOf = (pool: BufferPool, needed: number): ArrayBuffer => pool.grow(EMPTY, 0, needed).buffer as ArrayBuffer;

describe('a pool of buffers', () => {
  it('gives a buffer out again, and doubles the size of all when one is too small', () => {
    const pool = new BufferPool(8);
    const first = memoryOf(pool, 8);
    pool.put(first);
    expect(memoryOf(pool, 3)).toBe(first);
    pool.put(first);
    expect(memoryOf(pool, 9).byteLength).toBe(16);
    pool.put(first);
    expect(memoryOf(pool, 1).byteLength).toBe(16);
  });

  it('keeps what is in a buffer that grows', () => {
    expect(new BufferPool(4).grow(Buffer.from('abcd'), 3, 6).toString('latin1', 0, 3)).toBe('abc');
  });

  it('begins another file with small buffers, and with the large ones of the file before where it needs them', () => {
    const pool = new BufferPool(8);
    const large = [memoryOf(pool, 30), memoryOf(pool, 30)];
    for (const memory of large) pool.put(memory);
    pool.restart();
    expect(memoryOf(pool, 1).byteLength).toBe(8);
    expect(memoryOf(pool, 12).byteLength).toBe(16);
    expect([memoryOf(pool, 20), memoryOf(pool, 32)]).toEqual(expect.arrayContaining(large));
    expect(large).not.toContain(memoryOf(pool, 32));
  });

  it('keeps the buffers over a file that needs none of them', () => {
    const pool = new BufferPool(8);
    const large = memoryOf(pool, 16);
    pool.put(large);
    pool.restart();
    pool.restart();
    expect(memoryOf(pool, 16)).toBe(large);
  });

  it('uses the small ones of the file before at once', () => {
    const pool = new BufferPool(8);
    const small = memoryOf(pool, 8);
    pool.put(small);
    pool.restart();
    expect(memoryOf(pool, 8)).toBe(small);
  });
});
