import { join } from 'node:path';
import { PROJECT_DIRECTORY } from '../../src/local/local-directory.ts';

/** The moments of a run whose histories are kept: each is one that a deploy may meet. */
export const HISTORY_KINDS = [
  'mid-copy',
  'small-tables',
  'paused',
  'aborted',
  'resumed',
  'after-continue-as-new',
  'failed',
  'dry-run',
] as const;
export type HistoryKind = (typeof HISTORY_KINDS)[number];

export function historyFile(kind: HistoryKind): string {
  return join(PROJECT_DIRECTORY, 'test', 'workflow', 'histories', `${kind}.json.gz`);
}
