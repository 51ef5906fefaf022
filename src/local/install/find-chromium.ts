import { findProgram } from './find-program.ts';

/** The path of a Chromium that can be driven without a screen; null where there is none. */
export function findChromium(): string | null {
  return findProgram('chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome');
}
