import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';

/** A certificate and its key as PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** An authority that signs certificates; made anew for each test, elliptic curve P-256, X.509 version 3. */
export class Authority {
  readonly #key: KeyObject;
  readonly #name: string;
  /** Its own certificate as PEM. */
  readonly certificate: string;

  constructor(name: string) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = privateKey;
    this.#name = name;
    const isAuthority = extension([0x55, 0x1d, 0x13], true, sequence(tag(0x01, Buffer.of(0xff))));
    this.certificate = this.#sign(name, publicKey, [-1, 1], [isAuthority]);
  }

  /** `names`: host names and addresses. `days`: from when to when it holds, counted from now; yesterday to tomorrow unless given. */
  issue(names: readonly string[], days: readonly [number, number] = [-1, 1]): Certificate {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const alternatives = names.map((name) =>
      isIP(name) === 4 ? tag(0x87, Buffer.from(name.split('.').map(Number))) : tag(0x82, Buffer.from(name)),
    );
    const certificate = this.#sign(names[0]!, publicKey, days, [extension([0x55, 0x1d, 0x11], false, sequence(...alternatives))]);
    return { certificate, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
  }

  #sign(subject: string, key: KeyObject, [from, to]: readonly [number, number], extensions: readonly Buffer[]): string {
    const spki = key.export({ type: 'spki', format: 'der' });
    const serial = Buffer.concat([Buffer.of(1), createHash('sha256').update(spki).digest().subarray(0, 8)]);
    const body = sequence(
      tag(0xa0, tag(0x02, Buffer.of(2))),
      tag(0x02, serial),
      ECDSA,
      nameOf(this.#name),
      sequence(timeOf(from), timeOf(to)),
      nameOf(subject),
      spki,
      tag(0xa3, sequence(...extensions)),
    );
    const signature = tag(0x03, Buffer.concat([Buffer.of(0), sign('sha256', body, this.#key)]));
    const text = sequence(body, ECDSA, signature).toString('base64');
    return `-----BEGIN CERTIFICATE-----\n${text.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
  }
}

const DAY = 86_400_000;

/** One element of DER. */
function tag(number: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(number, ...size), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tag(0x30, Buffer.concat(parts));
}

function extension(id: readonly number[], critical: boolean, value: Buffer): Buffer {
  return sequence(tag(0x06, Buffer.from(id)), ...(critical ? [tag(0x01, Buffer.of(0xff))] : []), tag(0x04, value));
}

/** A distinguished name of a common name alone. */
function nameOf(text: string): Buffer {
  return sequence(tag(0x31, sequence(tag(0x06, Buffer.of(0x55, 0x04, 0x03)), tag(0x0c, Buffer.from(text)))));
}

function timeOf(days: number): Buffer {
  const digits = new Date(Date.now() + days * DAY).toISOString().replace(/\D/g, '').slice(2, 14);
  return tag(0x17, Buffer.from(`${digits}Z`));
}

/** ecdsa-with-SHA256 */
const ECDSA = sequence(tag(0x06, Buffer.of(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02)));
