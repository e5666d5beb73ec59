import { dirname, join } from 'node:path';
import { type DebianProgram, environmentOf } from './debian-package.js';
import { serverBinary } from './server-binary.js';

const PROMETHEUS: DebianProgram = { name: 'Prometheus', packages: ['prometheus'], paths: ['usr/bin/prometheus'] };

/** A Prometheus for tests, promtool that is packed with it, and the environment that both need. @throws Refusal if there is none. */
export async function prometheus(announce: (what: string) => void = () => {}) {
  const binary = await serverBinary(PROMETHEUS, ['prometheus'], 'install prometheus', announce);
  return { command: binary.command, promtool: join(dirname(binary.command), 'promtool'), env: environmentOf(binary) };
}
