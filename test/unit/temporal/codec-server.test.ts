import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCodecKeys } from '../../../src/temporal/codec-keys.ts';
import { payloadCodec } from '../../../src/temporal/payload-codec.ts';
import { runCli } from '../../../src/cli/program.ts';

const KEY = randomBytes(32).toString('base64');
const UI = 'http://localhost:8233';
const JSON_TYPE = { 'content-type': 'application/json' };

describe('identity-migrate codec-server', () => {
  const stop = new AbortController();
  let url = '';
  let ended: Promise<number>;
  let wire: object;

  beforeAll(async () => {
    const [payload] = await payloadCodec(parseCodecKeys(KEY)).encode([defaultPayloadConverter.toPayload({ reason: 'second try' })!]);
    const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
    const metadata = Object.fromEntries(Object.entries(payload!.metadata!).map(([name, value]) => [name, base64(value)]));
    wire = { payloads: [{ metadata, data: base64(payload!.data!) }] };
    url = await new Promise<string>((resolve) => {
      ended = runCli(['codec-server', '--port', '0', '--json'], {
        variables: { TEMPORAL_CODEC_KEY: KEY },
        directory: '/',
        stdout: { write: (text) => resolve((JSON.parse(text) as { url: string }).url) },
        stderr: { write: () => undefined },
        signal: stop.signal,
      });
    });
  }, 60_000);
  afterAll(async () => {
    stop.abort();
    expect(await ended).toBe(0);
  });

  const ask = (path: string, init: RequestInit = {}) => fetch(`${url}${path}`, { method: 'POST', headers: JSON_TYPE, ...init });
  const decoded = async (response: Response) => {
    const { payloads } = (await response.json()) as { payloads: { data: string }[] };
    return payloads.map(({ data }) => JSON.parse(Buffer.from(data, 'base64').toString('utf8')) as unknown);
  };

  test('listens on loopback, and decodes for the Web UI and for the command line', async () => {
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const body = JSON.stringify(wire);
    const page = await ask('/decode', { body, headers: { ...JSON_TYPE, origin: UI, 'x-namespace': 'default' } });
    expect(page.headers.get('access-control-allow-origin')).toBe(UI);
    expect(await decoded(page)).toEqual([{ reason: 'second try' }]);
    expect(await decoded(await ask('/default/decode', { body }))).toEqual([{ reason: 'second try' }]);
  });

  test('tells a browser that the Web UI may ask, and nobody else', async () => {
    const preflight = (origin: string) =>
      ask('/decode', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
    const allowed = await preflight(UI);
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([204, UI]);
    expect(allowed.headers.get('access-control-allow-headers')).toContain('content-type');
    for (const origin of ['http://evil.example', 'null', 'http://localhost:8234', `${UI}.evil.example`]) {
      const refused = await preflight(origin);
      expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null]);
      const asked = await ask('/decode', { body: JSON.stringify(wire), headers: { ...JSON_TYPE, origin } });
      expect([asked.status, await asked.text()]).toEqual([403, expect.not.stringContaining('second')]);
    }
  });

  test('answers anything else without decoding', async () => {
    expect((await ask('/encode', { body: JSON.stringify(wire) })).status).toBe(404);
    expect((await fetch(`${url}/decode`)).status).toBe(404);
    expect((await ask('/decode', { body: JSON.stringify(wire), headers: { 'content-type': 'text/plain' } })).status).toBe(415);
    for (const body of ['', 'x', '{}', '[]', '{"payloads": 1}', '{"payloads": [null]}'])
      expect((await ask('/decode', { body })).status).toBe(400);
    const [payload] = (wire as { payloads: { metadata: object }[] }).payloads;
    const damaged = await ask('/decode', { body: JSON.stringify({ payloads: [{ ...payload, data: 'AAAA' }] }) });
    expect([damaged.status, await damaged.text()]).toEqual([400, expect.stringContaining('was changed since')]);
  });
});

test.each([
  [{}, [], 'TEMPORAL_CODEC_KEY is not set'],
  [{ TEMPORAL_CODEC_KEY: 'geheim' }, [], 'TEMPORAL_CODEC_KEY holds'],
  [{ TEMPORAL_CODEC_KEY: KEY }, ['--host', 'localhost'], 'not an IP address'],
  [{ TEMPORAL_CODEC_KEY: KEY }, ['--ui-origin', 'http://a/b'], 'not an origin'],
  [{ TEMPORAL_CODEC_KEY: KEY }, ['--port', '70000'], 'not a port'],
])('%j %j: %s', async (variables, args, message) => {
  let said = '';
  const context = {
    variables,
    directory: '/',
    stdout: { write: () => undefined },
    stderr: { write: (text: string) => void (said += text) },
    signal: AbortSignal.timeout(5_000),
  };
  expect(await runCli(['codec-server', ...args], context)).not.toBe(0);
  expect(said).toContain(message);
  expect(said).not.toContain('geheim');
});
