import { spawnSync } from 'node:child_process';
import { Refusal } from '../../scripts/processes/refusal.js';

/** A machine of its own as far as the network goes: it shares no address, and no loopback, with this one. */
interface Machine {
  /** Before a command: it runs there. */
  readonly through: readonly string[];
  /** Takes its cable out: nothing arrives, and nobody is told. */
  cut(): void;
  mend(): void;
}

export interface Network {
  /** Of this machine, for the others. */
  readonly address: string;
  readonly machines: Machine[];
  remove(): void;
}

/**
 * Machines in one network with this one: network namespaces on a bridge.
 * @throws Refusal where that is not allowed: it needs root, or CAP_SYS_ADMIN and CAP_NET_ADMIN in a container, and `ip` of iproute2
 */
export function connectMachines(count: number): Network {
  const id = process.pid % 60_000;
  const subnet = `10.${200 + ((id >> 8) >> 3)}.${(id >> 3) & 255}`;
  const bridge = `br${id}`;
  const names = Array.from({ length: count }, (_, index) => ({
    space: `machine-${id}-${index}`,
    port: `m${id}x${index}`,
  }));
  const address = `${subnet}.1`;
  const remove = () => {
    for (const { space } of names) tryIp('netns', 'delete', space);
    tryIp('link', 'delete', bridge);
  };
  try {
    ip('link', 'add', bridge, 'type', 'bridge');
    ip('address', 'add', `${address}/24`, 'dev', bridge);
    ip('link', 'set', bridge, 'up');
    for (const [index, { space, port }] of names.entries()) {
      ip('netns', 'add', space);
      ip('link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space);
      ip('link', 'set', port, 'master', bridge, 'up');
      ip('-n', space, 'address', 'add', `${subnet}.${index + 2}/24`, 'dev', 'eth0');
      ip('-n', space, 'link', 'set', 'eth0', 'up');
      ip('-n', space, 'link', 'set', 'lo', 'up');
    }
  } catch (error) {
    remove();
    throw error;
  }
  return {
    address,
    machines: names.map(({ space, port }) => ({
      through: ['ip', 'netns', 'exec', space],
      cut: () => ip('link', 'set', port, 'down'),
      mend: () => ip('link', 'set', port, 'up'),
    })),
    remove,
  };
}

const tryIp = (...args: string[]) => spawnSync('ip', args, { encoding: 'utf8' });

function ip(...args: string[]): void {
  const { status, stderr, error } = tryIp(...args);
  if (status !== 0) {
    throw new Refusal(
      `The tests of several machines make network namespaces, which needs iproute2 and root (in a container: --cap-add SYS_ADMIN --cap-add NET_ADMIN): ip ${args.join(' ')}: ${stderr?.trim() || error?.message}`,
    );
  }
}
