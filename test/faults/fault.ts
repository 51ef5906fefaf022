import type { Phase } from '../../src/contract.ts';
import type { Random } from '../../src/local/sample/random.ts';
import type { Arena } from './arena.ts';

/** When a fault strikes: in the first moments of a phase, or once this share of the chunks has landed. */
export interface Moment {
  readonly phase: Phase;
  readonly landed: number;
  /** Milliseconds after that. */
  readonly then: number;
}

export interface Fault {
  /** `kill -9 of target`, `trap before-copy kill`. */
  readonly name: string;
  /** The phases in which it is worth striking; null: it waits for a point of the worker by itself. */
  readonly phases: readonly Phase[] | null;
  /** Whether the run may end by this fault, so that somebody has to start it again. Otherwise it has to go on by itself. */
  readonly ends: boolean;
  /** What is set up before the start. */
  readonly arm?: (arena: Arena, random: Random) => void;
  /** Strikes, and heals after a while. Resolves once healed. */
  strike(arena: Arena, random: Random): Promise<void>;
}
