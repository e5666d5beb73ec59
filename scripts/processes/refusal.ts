/** A script cannot go on, for a reason its user can act on. The message is one sentence, shown as it is, without a stack. */
export class Refusal extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Refusal';
  }
}

/** Runs a script's `main`: what it refuses is said in its own words, anything else with its stack; both exit with 1. */
export async function runScript(main: () => Promise<number>): Promise<never> {
  try {
    process.exit(await main());
  } catch (error) {
    console.error(error instanceof Refusal ? error.message : error);
    process.exit(1);
  }
}
