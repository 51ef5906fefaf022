import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StepList } from '../../activities/types.ts';
import { nextMove, type Move } from '../../workflows/next-move.ts';
import { StepWork } from '../../workflows/step-work.ts';

/** What may happen to a run, besides that a step ends well. */
const EVENTS = ['finish', 'finish', 'finish', 'fail', 'pause', 'resume', 'abort', 'restart', 'new history'] as const;
type Event = (typeof EVENTS)[number];

/** Of the run, for lists that have no limit of their own. */
const CONCURRENCY = 3;

/** A phase of steps as the workflow walks it, with a ledger that outlives its histories. */
class Walk {
  readonly ledger: Map<string, boolean>;
  readonly #list: StepList;
  readonly started: string[] = [];
  work: StepWork;
  running: string[] = [];
  paused = false;
  failed = false;
  drain = false;
  ended: 'done' | 'failed' | 'aborted' | null = null;

  constructor(list: StepList) {
    this.#list = list;
    this.ledger = new Map(list.steps.map(({ step, done }) => [step, done]));
    this.work = this.#fromLedger();
  }

  #fromLedger(): StepWork {
    const steps = this.#list.steps.map((step) => ({ ...step, done: this.ledger.get(step.step)! }));
    return new StepWork({ ...this.#list, steps }, () => CONCURRENCY);
  }

  /** One turn of the workflow's loop, up to where it waits. */
  turn(): Move {
    if (!this.drain && !this.failed && !this.paused) {
      for (let step = this.work.take(); step !== null; step = this.work.take()) {
        this.started.push(step);
        this.running.push(step);
      }
    }
    const { running, over } = this.work;
    const move = nextMove({ running, over, failed: this.failed, drain: this.drain || this.failed, paused: this.paused });
    if (move === 'continue') this.begin();
    if (move === 'fail') this.ended = 'failed';
    if (move === 'done') this.ended = 'done';
    return move;
  }

  /** A fresh history, or a new start: the ledger is all that is known. A pause is carried over. */
  begin(): void {
    this.work = this.#fromLedger();
    this.running = [];
    this.failed = this.drain = false;
    this.ended = null;
  }

  take(event: Event, choice: number): void {
    const at = choice % Math.max(1, this.running.length);
    const step = this.running[at];
    if ((event === 'finish' || event === 'fail') && step !== undefined) {
      this.running.splice(at, 1);
      if (event === 'finish') {
        this.ledger.set(step, true);
        this.work.finished(step);
      } else {
        this.work.failed();
        this.failed = true;
      }
    }
    if (event === 'pause') this.paused = true;
    if (event === 'resume') this.paused = false;
    if (event === 'new history') this.drain = true;
    if (event === 'abort') this.ended = 'aborted';
    if (event === 'restart') {
      // What ran may have landed, or not: the ledger decides.
      this.running.forEach((each, index) => void ((index + choice) % 2 === 0 && this.ledger.set(each, true)));
      this.begin();
    }
  }
}

/** Steps that come after earlier ones only, as every phase's do. */
const listArbitrary = fc
  .array(fc.record({ done: fc.boolean(), after: fc.array(fc.nat({ max: 30 }), { maxLength: 3 }) }), { maxLength: 12 })
  .chain((drafts) =>
    fc.option(fc.integer({ min: 1, max: 5 })).map((parallel): StepList => {
      const steps: StepList['steps'][number][] = [];
      drafts.forEach(({ done, after }, index) => {
        const before = index === 0 ? [] : [...new Set(after.map((each) => `s${each % index}`))];
        const all = before.every((name) => steps.find(({ step }) => step === name)!.done);
        steps.push({ step: `s${index}`, done: done && all, after: before });
      });
      return { steps, parallel };
    }),
  );
const eventsArbitrary = fc.array(fc.record({ event: fc.constantFrom(...EVENTS), choice: fc.nat({ max: 100 }) }), { maxLength: 60 });

describe('a phase of steps', () => {
  it('has a way out of whatever signals, completions, failures and restarts have led to', () => {
    fc.assert(
      fc.property(listArbitrary, eventsArbitrary, (list, events) => {
        const walk = new Walk(list);
        walk.turn();
        for (const { event, choice } of events) {
          if (walk.ended !== null) walk.begin();
          walk.take(event, choice);
          if (walk.ended === null) walk.turn();
        }
        // From here on all goes well, and somebody resumes and starts.
        walk.paused = false;
        if (walk.ended !== null && walk.ended !== 'done') walk.begin();
        for (let turns = 0; walk.ended !== 'done'; turns += 1) {
          expect(turns).toBeLessThan(200);
          walk.take('finish', turns);
          if (walk.turn() === 'fail') walk.begin();
        }
        expect([...walk.ledger.values()].every(Boolean)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('starts nothing before what it comes after, nothing that is done, and no more at once than it may', () => {
    fc.assert(
      fc.property(listArbitrary, eventsArbitrary, (list, events) => {
        const walk = new Walk(list);
        for (const { event, choice } of [{ event: 'resume' as Event, choice: 0 }, ...events]) {
          const before = walk.started.length;
          if (walk.ended !== null) walk.begin();
          walk.take(event, choice);
          const { paused } = walk;
          if (walk.ended === null) walk.turn();
          const begun = walk.started.slice(before);
          if (paused) expect(begun).toEqual([]);
          for (const step of begun) {
            expect(walk.ledger.get(step)).toBe(false);
            for (const other of list.steps.find((each) => each.step === step)!.after) expect(walk.ledger.get(other)).toBe(true);
          }
          expect(walk.running.length).toBeLessThanOrEqual(list.parallel ?? CONCURRENCY);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('whose steps wait for each other ends with an error, not for ever', () => {
    const circle = [
      { step: 'a', done: false, after: ['b'] },
      { step: 'b', done: false, after: ['a'] },
    ];
    expect(() => new Walk({ steps: circle, parallel: 4 }).turn()).toThrow(RangeError);
  });
});

describe('the next move', () => {
  it('waits for what runs, whatever else is so', () => {
    fc.assert(
      fc.property(
        fc.record({
          running: fc.nat({ max: 5 }),
          over: fc.boolean(),
          failed: fc.boolean(),
          drain: fc.boolean(),
          paused: fc.boolean(),
        }),
        (standing) => {
          const stuck = standing.running === 0 && !standing.over && !standing.failed && !standing.drain && !standing.paused;
          if (stuck) expect(() => nextMove(standing)).toThrow(RangeError);
          else expect(nextMove(standing) === 'wait').toBe(standing.running > 0);
        },
      ),
    );
  });
});

it('steps that are added while others run are taken up, but for those that are done', () => {
  const work = new StepWork({ steps: [], parallel: null }, () => 2);
  expect([work.take(), work.over, work.of]).toEqual([null, true, 0]);
  work.add([
    { step: 'index', done: false, after: [] },
    { step: 'prove', done: false, after: ['index'] },
    { step: 'proved', done: true, after: [] },
  ]);
  expect([work.take(), work.take(), work.running, work.done]).toEqual(['index', null, 1, 1]);
  work.add([{ step: 'other', done: false, after: [] }]);
  expect([work.take(), work.take()]).toEqual(['other', null]);
  work.finished('index');
  expect([work.take(), work.of, work.over]).toEqual(['prove', 4, false]);
});
