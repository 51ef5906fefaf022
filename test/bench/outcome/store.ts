import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { PROJECT_DIRECTORY } from '../../../src/local/local-directory.ts';
import type { Sample } from './sample.ts';

/** Samples in a file of one JSON document a line, appended at once: an interrupted bench goes on where it was. */
export class SampleStore {
  readonly #file: string;
  readonly #samples: Sample[];

  /** With `fresh` what the file holds is left in it, but not used. */
  constructor(file: string, fresh: boolean) {
    mkdirSync(dirname(file), { recursive: true });
    this.#file = file;
    const lines = existsSync(file) && !fresh ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
    this.#samples = lines.map((line) => JSON.parse(line) as Sample);
  }

  add(sample: Sample): void {
    this.#samples.push(sample);
    appendFileSync(this.#file, `${JSON.stringify(sample)}\n`);
  }

  /** What was seen of a measure at this size and revision; of a failure that was tried again, the last try. */
  of(measure: string, size: number, revision: string): Sample[] {
    const last = new Map<string, Sample>();
    for (const sample of this.#samples) {
      if (sample.measure === measure && sample.size === size && sample.revision === revision) {
        last.set(`${sample.contender} ${sample.round}`, sample);
      }
    }
    return [...last.values()].toSorted((a, b) => a.round - b.round);
  }
}

/** Names what is measured: the trees of the product and of the bench in git; figures of another version are not mixed in. */
export function productRevision(): string {
  try {
    const trees = ['src', 'workflows', 'activities', 'test/bench'].map((tree) => `HEAD:${tree}`);
    const shown = execFileSync('git', ['rev-parse', ...trees], {
      cwd: PROJECT_DIRECTORY,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return shown
      .split('\n')
      .filter(Boolean)
      .map((tree) => tree.slice(0, 8))
      .join('-');
  } catch {
    return 'unknown';
  }
}
