/** A script cannot continue, and its user can do something about it. The message is one sentence; it is shown without a stack. */
export class Refusal extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Refusal';
  }
}

/** Runs a script's `main`. Prints the message of a Refusal, and any other error with its stack. Both exit with 1. */
export async function runScript(main: () => Promise<number>): Promise<never> {
  try {
    process.exit(await main());
  } catch (error) {
    console.error(error instanceof Refusal ? error.message : error);
    process.exit(1);
  }
}
