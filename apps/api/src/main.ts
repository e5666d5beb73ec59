import 'reflect-metadata';
import { ConfigError, loadConfigFromProcess } from '@app/config';
import { startTracing } from '@app/tracing';

async function main(): Promise<void> {
  const config = loadConfigFromProcess();
  await startTracing(config, 'api');
  // Loaded now: tracing must be there before what it watches.
  const { runApi } = await import('./run-api.js');
  await runApi(config);
}

const FULL_DISK =
  ' The disk is full: delete other files on it, or use a bigger disk, and start again. No data is lost.';

/** An error that the operator can fix is printed as one sentence; any other with its stack. */
main().catch((error: NodeJS.ErrnoException) => {
  const isFull = error.code === 'ENOSPC';
  const known = error instanceof ConfigError || error.name === 'IncompatibleDatabase' || error.syscall !== undefined;
  console.error(known ? `The api cannot start. ${error.message}${isFull ? FULL_DISK : ''}` : error);
  process.exit(1);
});
