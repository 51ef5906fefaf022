/**
 * `npm run faults -- --runs 200 --seed 1 [--users 500] [--only TEXT] [--file faults.jsonl] [--family mysql9]`
 * Runs real migrations on real servers, a fault in each, and compares every end state with that of an undisturbed run. Each outcome
 * is appended to the file at once: the same command goes on after an interruption. Exit code 1 when an end state differs.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { installOrExit } from '../../src/local/install/install.ts';
import { Random } from '../../src/local/sample/random.ts';
import { startMysql9 } from '../../src/local/servers/mysql9.ts';
import { startMysql } from '../../src/local/servers/mysql.ts';
import { Arena } from './arena.ts';
import { faultsOf } from './catalog.ts';
import { recordUndisturbed } from './undisturbed.ts';
import { tableOf } from './table.ts';
import { type Outcome, tryFault } from './trial.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    users: { type: 'string', default: '500' },
    only: { type: 'string' },
    file: { type: 'string', default: 'faults.jsonl' },
    family: { type: 'string', default: 'installed' },
  },
});

await installOrExit();
const family = values.family === 'mysql9' ? { family: 'mysql 9', start: startMysql9 } : { family: 'installed', start: startMysql };
const done = existsSync(values.file)
  ? readFileSync(values.file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Outcome)
  : [];
const arena = await Arena.open({ name: `faults-${values.seed}`, users: Number(values.users), family });
let seconds: Awaited<ReturnType<typeof recordUndisturbed>>['seconds'] | null = null;
try {
  const undisturbed = await recordUndisturbed(arena);
  ({ seconds } = undisturbed);
  process.stderr.write(
    `Undisturbed: ${seconds.empty.toFixed(1)} s into an empty target, ${seconds.finished.toFixed(1)} s over a finished one.\n`,
  );
  const faults = faultsOf(arena).filter((fault) => fault.name.includes(values.only ?? ''));
  const order = shuffledRounds(faults.length, Number(values.runs), Number(values.seed));
  for (const [at, index] of order.entries()) {
    if (at < done.length) continue;
    const random = new Random(Number(values.seed), `trial ${at}`);
    const begin = random.chance(0.5) ? 'empty' : 'finished';
    const outcome = await tryFault(arena, faults[index]!, begin, random, undisturbed.state);
    done.push(outcome);
    appendFileSync(values.file, `${JSON.stringify(outcome)}\n`);
    process.stderr.write(
      `${at + 1}/${order.length} ${outcome.fault} · ${outcome.where} · ${outcome.seconds.toFixed(1)} s · ${outcome.verdict}\n`,
    );
    // Whatever a hung or broken trial left behind, the next one begins with workers of its own.
    if (outcome.verdict !== 'equal') await arena.killWorkers();
  }
} catch (error) {
  process.stderr.write(`error: ${String(error)}\n`);
  throw error;
} finally {
  await arena.close();
}
process.stdout.write(`${tableOf(done, seconds)}\n`);
process.exitCode = done.every((outcome) => outcome.verdict === 'equal') ? 0 : 1;

/** Every fault once, then every fault again, in an order that the seed decides. */
function shuffledRounds(faults: number, runs: number, seed: number): number[] {
  const random = new Random(seed, 'order');
  const order: number[] = [];
  while (order.length < runs) {
    const round = Array.from({ length: faults }, (_, index) => index);
    for (let at = round.length - 1; at > 0; at -= 1) {
      const other = random.int(0, at);
      [round[at], round[other]] = [round[other]!, round[at]!];
    }
    order.push(...round);
  }
  return order.slice(0, runs);
}
