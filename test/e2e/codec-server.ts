import { setTimeout as sleep } from 'node:timers/promises';
import { runCli } from '../../src/cli/program.ts';
import { PROJECT_DIRECTORY } from '../../src/local/local-directory.ts';

export interface CodecServer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** The command codec-server, as its operator starts it for the pages of `uiOrigin`, on a port of its own choice. */
export async function startCodecServer(variables: NodeJS.ProcessEnv, uiOrigin: string): Promise<CodecServer> {
  const stop = new AbortController();
  let said = '';
  const code = runCli(['codec-server', '--port', '0', '--ui-origin', uiOrigin, '--json'], {
    variables,
    directory: PROJECT_DIRECTORY,
    stdout: { write: (text) => void (said += text) },
    stderr: { write: (text) => void (said += text) },
    signal: stop.signal,
  });
  while (!said.includes('\n')) await sleep(20);
  return {
    url: (JSON.parse(said) as { url: string }).url,
    close: async () => {
      stop.abort();
      await code;
    },
  };
}
