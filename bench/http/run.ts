import { resolve } from 'node:path';
import { ensureBuilt } from '../../scripts/build/build.js';
import { runScript } from '../../scripts/processes/refusal.js';
import { cpuSeconds } from '../measure/cpu.js';
import { readArguments, wholeNumber } from '../measure/options.js';
import { Parts } from '../measure/parts.js';
import { machine } from '../measure/report.js';
import { compare, type RoundOptions } from '../measure/rounds.js';
import type { Side } from '../measure/side.js';
import { type Comparison, headline, table } from './report.js';
import type { Scenario } from './scenarios.js';
import { setUpStage } from './stage.js';

const USAGE = 'Usage: bench:http [--rounds N] [--seconds N] [--connections N] [--only TEXT] [--profile FOLDER]';

function options(): RoundOptions & { only: string; profile: string | undefined } {
  const { values } = readArguments(USAGE, {
    options: {
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '5' },
      connections: { type: 'string', default: '32' },
      only: { type: 'string', default: '' },
      profile: { type: 'string' },
    },
  });
  const number = wholeNumber(USAGE);
  return {
    rounds: number(values.rounds),
    seconds: number(values.seconds),
    connections: number(values.connections),
    only: values.only,
    profile: values.profile && resolve(values.profile),
  };
}

await runScript(async () => {
  const chosen = options();
  const parts = new Parts((part) => console.log(`${part} …`));
  console.log(machine());
  await parts.time('build', () => ensureBuilt(console.log));
  const stage = await parts.time('servers and users', () => setUpStage(chosen.profile));
  const contender = ({ origin, process: { pid } }: Side, requests: Scenario['service']) => ({
    origin,
    requests,
    cpuSeconds: () => cpuSeconds(pid),
  });
  try {
    const comparisons: Comparison[] = [];
    for (const scenario of stage.scenarios.filter(({ name }) => name.includes(chosen.only))) {
      await requireExpected(scenario, stage.service);
      const measured = await parts.time(scenario.name, () =>
        compare(contender(stage.service, scenario.service), contender(stage.ceiling, scenario.bare), chosen),
      );
      comparisons.push({ scenario, ...measured });
    }
    console.log(`\n${table(comparisons)}\n\n${headline(chosen)}\n`);
  } finally {
    await stage.close();
  }
  console.log(parts.report());
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
