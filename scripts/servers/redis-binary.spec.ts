import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aptComplaint, isDebianLike } from './debian-package.js';
import { findOnPath } from './programs.js';
import { SERVERS } from './redis-binary.js';

describe('a Redis on the PATH', () => {
  let folder: string;
  const program = (path: string, mode = 0o755) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), '');
    chmodSync(join(folder, path), mode);
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'path-'));
    program('valkey/valkey-server');
    program('redis/redis-server');
    program('text/redis-server', 0o644);
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const path = (...names: string[]) => names.map((name) => join(folder, name)).join(':');

  it('is the first of redis-server and valkey-server', () => {
    expect(findOnPath(SERVERS, path('nothing', 'valkey', 'redis'), [])).toBe(join(folder, 'valkey/valkey-server'));
    expect(findOnPath(SERVERS, path('redis', 'valkey'), [])).toBe(join(folder, 'redis/redis-server'));
  });

  it('is not a file without execute permission', () => {
    expect(findOnPath(SERVERS, path('text'), [])).toBeUndefined();
  });

  it('is also found in the usual folders, after the PATH', () => {
    expect(findOnPath(SERVERS, '', [join(folder, 'redis')])).toBe(join(folder, 'redis/redis-server'));
    expect(findOnPath(SERVERS, path('valkey'), [join(folder, 'redis')])).toBe(join(folder, 'valkey/valkey-server'));
  });
});

describe('a Redis from its package', () => {
  const withTools = () => true;

  it.each([
    ['Debian', 'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n'],
    ['Ubuntu', 'NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n'],
    ['Mint', 'ID=linuxmint\nID_LIKE="ubuntu debian"\n'],
  ])('is available on %s', (_, osRelease) => {
    expect(isDebianLike(osRelease, withTools)).toBe(true);
  });

  it.each([
    ['Fedora', 'ID=fedora\n'],
    ['Alpine', 'ID=alpine\nHOME_URL="https://debian.example/"\n'],
    ['macOS, which has no such file', ''],
  ])('is not available on %s', (_, osRelease) => {
    expect(isDebianLike(osRelease, withTools)).toBe(false);
  });

  it('is not available when the image lacks apt-get or dpkg-deb', () => {
    expect(isDebianLike('ID=debian', () => false)).toBe(false);
  });

  it('reports the first error of apt', () => {
    const stderr = 'W: Download is performed unsandboxed\nE: Unable to locate package redis-server\nE: more\n';
    expect(aptComplaint(Object.assign(new Error('Command failed: apt-get'), { stderr }))).toBe(
      'Unable to locate package redis-server',
    );
    expect(aptComplaint(new Error('spawn apt-get ENOENT\nmore'))).toBe('spawn apt-get ENOENT');
  });
});
