import { spawn } from 'node:child_process';

/** How a program ended, and all that it printed. */
export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Runs a program to its end. @param input its standard input */
export function runProgram(
  command: string,
  args: string[],
  { cwd, env, input = '' }: { cwd: string; env: NodeJS.ProcessEnv; input?: string },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
    child.stdin.end(input);
  });
}
