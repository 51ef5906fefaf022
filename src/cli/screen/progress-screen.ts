import type { Output } from '../context.ts';
import { barScreen } from './bar-screen.ts';
import { lineScreen } from './line-screen.ts';
import type { ProgressScreen } from './screen.ts';

/** Live bars on a terminal, plain lines otherwise. */
export function progressScreen(output: Output): ProgressScreen {
  return output.isTTY === true ? barScreen(output) : lineScreen(output, Date.now);
}

/** Milliseconds between two looks at the run. */
export function lookEvery(output: Output): number {
  return output.isTTY === true ? 400 : 1000;
}
