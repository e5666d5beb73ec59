import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../../scripts/build/build.js';
import { Refusal, runScript } from '../../scripts/processes/refusal.js';
import { headline, machine, table } from './report.js';
import { type Comparison, compare, type RoundOptions } from './rounds.js';
import type { Scenario } from './scenarios.js';
import { type Side } from './side.js';
import { setUpStage } from './stage.js';

const USAGE = 'Usage: bench:http [--rounds N] [--seconds N] [--connections N] [--only TEXT] [--profile FOLDER]';

function options(): RoundOptions & { only: string; profile: string | undefined } {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '5' },
      connections: { type: 'string', default: '32' },
      only: { type: 'string', default: '' },
      profile: { type: 'string' },
    },
  });
  const whole = (text: string) => {
    if (!/^[1-9]\d*$/.test(text)) throw new Refusal(USAGE);
    return Number(text);
  };
  return {
    rounds: whole(values.rounds),
    seconds: whole(values.seconds),
    connections: whole(values.connections),
    only: values.only,
    profile: values.profile && resolve(values.profile),
  };
}

await runScript(async () => {
  const chosen = options();
  console.log(machine());
  await ensureBuilt(console.log);
  const stage = await setUpStage(chosen.profile);
  try {
    console.log(headline(chosen));
    const comparisons: Comparison[] = [];
    for (const scenario of stage.scenarios.filter(({ name }) => name.includes(chosen.only))) {
      await requireExpected(scenario, stage.service);
      comparisons.push(await compare(scenario, stage.service, stage.ceiling, chosen));
    }
    console.log(table(comparisons));
  } finally {
    await stage.close();
  }
  return 0;
});

/** Checks one answer to each request before the measurement, because an error is fast too. */
async function requireExpected({ name, service, expected }: Scenario, { origin }: Side): Promise<void> {
  for (const { path, method, headers, body } of service) {
    const ask = async () => {
      const answer = await fetch(origin + path, { method, headers, body });
      await answer.arrayBuffer();
      return { status: answer.status, cache: answer.headers.get('x-cache') ?? undefined };
    };
    // The first answer fills the cache.
    await ask();
    const found = await ask();
    if (found.status !== expected.status || (expected.cache && found.cache !== expected.cache)) {
      throw new Error(`"${name}" answers ${JSON.stringify(found)}, which is not the expected answer.`);
    }
  }
}
