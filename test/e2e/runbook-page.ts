import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_DIRECTORY } from '../../src/local/local-directory.ts';

export interface Block {
  /** `sh`, `sql`, `ini`, or empty. */
  readonly language: string;
  readonly text: string;
}

/** Programs whose mention in the running text is a command that somebody will type. */
const PROGRAMS = /^(npx|npm|temporal|tctl|psql|mysql|docker|pg_\w+) \S/;

/** docs/runbook.md: its fenced blocks, and the commands in its running text. */
export function readRunbook(): { readonly blocks: readonly Block[]; readonly inline: readonly string[] } {
  const page = readFileSync(join(PROJECT_DIRECTORY, 'docs', 'runbook.md'), 'utf8');
  const blocks = [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map((match) => ({ language: match[1]!, text: match[2]!.trim() }));
  const prose = page.replaceAll(/^```[\s\S]*?^```$/gm, '');
  const inline = [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!).filter((code) => PROGRAMS.test(code));
  return { blocks, inline: [...new Set(inline)] };
}
