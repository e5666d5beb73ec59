import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What an api answers to these bytes, until it closes the connection or 5 s have passed. */
export async function rawAnswer(port: number, request: string | Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  let answer = '';
  socket.on('data', (bytes) => (answer += bytes));
  socket.write(request);
  await Promise.race([once(socket, 'close'), sleep(5_000)]);
  socket.destroy();
  return answer;
}

export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
