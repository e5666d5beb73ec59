import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';

const isSource = import.meta.url.endsWith('.ts');

/** The file of a thread, beside the module that starts it. @param name without its ending @param from `import.meta.url` of that module */
export const threadFile = (name: string, from: string): URL => new URL(`./${name}.${isSource ? 'ts' : 'js'}`, from);

/**
 * V8 flags of the process override the limits of its threads (nodejs/node#43991): with --max-old-space-size=384 each thread had 408 MB. The
 * main thread no longer needs them, because its heap is already configured.
 */
function resetHeapFlags(): void {
  setFlagsFromString('--max-old-space-size=0');
  setFlagsFromString('--max-semi-space-size=0');
}

/** Starts a thread that does not keep the process alive. If it needs more memory than the limits, only the thread ends. */
export function startThread(file: URL, resourceLimits: Worker['resourceLimits']): Worker {
  resetHeapFlags();
  const thread = new Worker(file, {
    resourceLimits,
    // Tests run from TypeScript, so the thread needs the compiler. Otherwise it gets none of the flags of this process.
    execArgv: isSource ? ['--import', '@swc-node/register/esm-register'] : [],
  });
  thread.unref();
  return thread;
}
