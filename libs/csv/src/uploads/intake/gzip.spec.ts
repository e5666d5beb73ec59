import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gunzip } from './gzip.js';

const TEXT = Buffer.from('id,name\n1,Zoë\n'.repeat(5_000));
const PACKED = gzipSync(TEXT);

async function* chunks(content: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}
const unpack = async (content: Buffer, size = content.length): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of gunzip(chunks(content, size))) parts.push(part);
  return Buffer.concat(parts);
};
const lying = (at: number) => {
  const copy = Buffer.from(PACKED);
  copy[copy.length + at]! ^= 1;
  return copy;
};

/** An empty member whose head has a name of this length (RFC 1952, FLG.FNAME). */
function namedMember(length: number): Buffer {
  const member = gzipSync('');
  member[3] = 8;
  return Buffer.concat([member.subarray(0, 10), Buffer.alloc(length, 'n'), Buffer.from([0]), member.subarray(10)]);
}

describe('gunzip', () => {
  it.each([1, 7, 100, 1_000_000])('unpacks a stream in chunks of %d bytes', async (size) => {
    expect((await unpack(PACKED, size)).equals(TEXT)).toBe(true);
  });

  it.each([1, 50, PACKED.length, 1_000_000])(
    'reads members that follow each other as one file (chunks of %d bytes)',
    async (size) => {
      const two = Buffer.concat([PACKED, gzipSync('last,line\n')]);
      expect((await unpack(two, size)).equals(Buffer.concat([TEXT, Buffer.from('last,line\n')]))).toBe(true);
    },
  );

  it.each([1, 50, PACKED.length, 1_000_000])(
    'ignores zero bytes behind the last member (chunks of %d bytes)',
    async (size) => {
      expect((await unpack(Buffer.concat([PACKED, Buffer.alloc(40_000)]), size)).equals(TEXT)).toBe(true);
    },
  );

  it.each([
    ['other bytes behind the last member', Buffer.concat([PACKED, Buffer.from('1,2\n')])],
    ['other bytes behind padding', Buffer.concat([PACKED, Buffer.alloc(9), Buffer.from('1,2\n')])],
    ['a stream without its end', PACKED.subarray(0, -1)],
    ['half a stream', PACKED.subarray(0, PACKED.length / 2)],
    ['a header alone', PACKED.subarray(0, 10)],
    ['a wrong checksum', lying(-8)],
    ['a wrong length', lying(-1)],
    ['another method', Buffer.from([0x1f, 0x8b, 7, 0, 0, 0, 0, 0, 0, 0])],
    ['plain text', Buffer.from('a,b\n1,2\n')],
  ])('refuses %s', async (_, content) => {
    for (const size of [1, PACKED.length, content.length]) {
      await expect(unpack(content, size)).rejects.toMatchObject({ code: 'gzip_malformed', status: 422 });
    }
  });

  it('gives the event loop a turn while it unpacks one slice that stands for many bytes', async () => {
    let turns = 0;
    const count = setInterval(() => (turns += 1), 0);
    const packed = gzipSync(Buffer.alloc(12 * 1024 * 1024, 'a,b\n'));
    let turnsBefore = 0;
    let most = 0;
    let bytes = 0;
    for await (const part of gunzip(chunks(packed, packed.length))) {
      if (turns > turnsBefore) bytes = 0;
      turnsBefore = turns;
      bytes += part.length;
      most = Math.max(most, bytes);
      // As long as a digest of the bytes takes, at least: a timer is due after each MiB.
      const until = performance.now() + part.length / 200_000;
      while (performance.now() < until);
    }
    clearInterval(count);
    expect(most).toBeLessThanOrEqual(3 * 1024 * 1024);
  });

  it('refuses a bomb before most of it is unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000, 'a,b\n'));
    let bytes = 0;
    const work = async () => {
      for await (const { length } of gunzip(chunks(bomb, 65_536))) bytes += length;
    };
    await expect(work()).rejects.toMatchObject({ code: 'gzip_ratio_too_high', status: 413 });
    expect(bytes).toBeLessThan(60_000_000);
  });

  it.each([
    ['empty members', gzipSync('')],
    ['zero bytes', Buffer.alloc(4_096)],
    ['members with long names and nothing in them', namedMember(4_096)],
  ])('refuses a stream that goes on with %s for ever', async (_, unit) => {
    let bytes = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      yield PACKED;
      // Far more than is allowed, so that the test ends if nothing does.
      for (; bytes < 64 * 1024 * 1024; bytes += unit.length) yield unit;
    }
    const work = async () => {
      for await (const _part of gunzip(endless()));
    };
    await expect(work()).rejects.toMatchObject({ code: 'gzip_malformed' });
    expect(bytes).toBeLessThan(8 * 1024 * 1024);
  });

  it('reads lines of one letter in members of their own', async () => {
    const line = gzipSync('a');
    expect((await unpack(Buffer.concat(Array(100_000).fill(line)))).length).toBe(100_000);
  });

  it('allows any ratio for a small file', async () => {
    expect((await unpack(gzipSync(Buffer.alloc(20_000_000, 'a,b\n')))).length).toBe(20_000_000);
  });

  it('passes on the errors of its source', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield PACKED.subarray(0, 100);
      throw new Error('cut');
    }
    const work = async () => {
      for await (const _ of gunzip(broken()));
    };
    await expect(work()).rejects.toThrow('cut');
  });
});
