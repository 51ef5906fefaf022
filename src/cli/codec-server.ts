import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { isIP } from 'node:net';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { parseCodecKeys } from '../temporal/codec-keys.ts';
import { createCodecServer } from '../temporal/codec-server.ts';
import { payloadCodec } from '../temporal/payload-codec.ts';
import { CliError } from './cli-error.ts';
import { command, readSettings } from './command.ts';
import type { CliContext } from './context.ts';

interface Options {
  readonly host: string;
  readonly port: number;
  readonly uiOrigin: string;
  readonly json?: true;
}

const LOOPBACK = /^(127\.|::1$)/;

export function codecServerCommand(context: CliContext): Command {
  return command('codec-server', 'decode payloads for the Web UI and temporal --codec-endpoint, where TEMPORAL_CODEC_KEY encrypts them', [
    'codec-server',
    'codec-server --port 8081 --ui-origin http://localhost:8080',
  ])
    .option('--host <IP>', 'address to listen on; whoever reaches it can read what was encrypted', parseHost, '127.0.0.1')
    .option('--port <PORT>', 'port to listen on', parsePort, 8081)
    .option('--ui-origin <URL>', "the Web UI's origin: no other page may ask", parseOrigin, 'http://localhost:8233')
    .action((options: Options) => serve(options, context));
}

/** Until Ctrl-C or SIGTERM. */
async function serve({ host, port, uiOrigin, json }: Options, context: CliContext): Promise<void> {
  const { codecKey } = readSettings(context).config;
  if (codecKey === null) {
    throw new CliError('InvalidInput', 'TEMPORAL_CODEC_KEY is not set: nothing is encrypted.', 'set the key that the worker has.');
  }
  const server = createCodecServer({ codec: payloadCodec(parseCodecKeys(codecKey)), uiOrigin });
  server.listen(port, host);
  try {
    await once(server, 'listening', { signal: context.signal });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new CliError('NotListening', `${host} port ${port} cannot be listened on (${code}).`, 'choose another --port.');
  }
  const { port: taken } = server.address() as AddressInfo;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${taken}`;
  if (!LOOPBACK.test(host))
    context.stderr.write(`Whoever reaches ${url} can read what was encrypted: let nobody but the Web UI's users.\n`);
  context.stdout.write(
    json === true
      ? `${JSON.stringify({ url, uiOrigin })}\n`
      : `Decodes payloads at ${url} for pages of ${uiOrigin}. In the Web UI: Data Encoder (the glasses), Remote Codec Endpoint ${url}\n`,
  );
  if (!context.signal.aborted) await once(context.signal, 'abort');
  server.closeAllConnections();
  server.close();
}

function parseHost(text: string): string {
  if (isIP(text) === 0) throw new InvalidArgumentError('It is not an IP address.');
  return text;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('It is not a port.');
  return port;
}

function parseOrigin(text: string): string {
  try {
    const { origin, href } = new URL(text);
    if (origin !== 'null' && href === `${origin}/`) return origin;
  } catch {
    // Refused below.
  }
  throw new InvalidArgumentError('It is not an origin such as http://localhost:8233.');
}
