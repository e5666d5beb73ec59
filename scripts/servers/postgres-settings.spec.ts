import { describe, expect, it } from 'vitest';
import { postgresSettings } from './postgres-settings.js';

const GiB = 1024 ** 3;
const machine = (memoryGiB: number, sharedMemoryBytes?: number) => ({
  memoryBytes: memoryGiB * GiB,
  sharedMemoryBytes,
  diskBytes: 100 * GiB,
});

describe('the settings of PostgreSQL', () => {
  it.each([
    [0.5, '128MB'],
    [4, '512MB'],
    [64, '1024MB'],
  ])('with %d GiB of memory have %s of shared buffers', (memory, buffers) => {
    expect(postgresSettings(machine(memory)).shared_buffers).toBe(buffers);
  });

  it('keep parallel queries out of the small /dev/shm of a container', () => {
    expect(postgresSettings(machine(8, 64 * 1024 ** 2)).dynamic_shared_memory_type).toBe('sysv');
    expect(postgresSettings(machine(8, 4 * GiB))).not.toHaveProperty('dynamic_shared_memory_type');
    expect(postgresSettings(machine(8))).not.toHaveProperty('dynamic_shared_memory_type');
  });

  it.each([
    [0.25, '64MB', '32MB'],
    [8, '819MB', '256MB'],
    [100, '4096MB', '256MB'],
  ])('on a disk of %d GiB keep at most %s of write-ahead log', (disk, most, least) => {
    expect(postgresSettings({ ...machine(8), diskBytes: disk * GiB })).toMatchObject({
      max_wal_size: most,
      min_wal_size: least,
    });
  });

  it('keep the defaults for safety', () => {
    expect(Object.keys(postgresSettings(machine(8)))).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/fsync|full_page_writes|synchronous_commit/)]),
    );
  });
});
