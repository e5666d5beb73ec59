import { connectRedis } from '../../libs/redis/src/index.js';
import { Refusal } from '../processes/refusal.js';

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Checks a Redis that the environment names, before anything is started. The apps run without Redis, but here a Redis that is named and
 * cannot be reached is an error that the user should see at once.
 * @param variable its name; its value may have a password and is not shown
 * @throws Refusal
 */
export async function requireRedis(variable: string, url: string): Promise<void> {
  const redis = connectRedis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  let reason: NodeJS.ErrnoException | undefined;
  redis.on('error', (error) => {
    reason = error;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    const { code, message } = reason ?? (error as NodeJS.ErrnoException);
    throw new Refusal(
      `${variable} cannot be reached (${code ?? message}): start that Redis, or unset ${variable} to use one that is started for you.`,
    );
  } finally {
    redis.disconnect();
  }
}
