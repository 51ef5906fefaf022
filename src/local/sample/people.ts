import { HANDLE_WORDS, MAIL_DOMAINS } from './names.ts';
import { Random } from './random.ts';

/** What is wrong with a user on purpose: one thing each, so that what must come out can be said exactly. */
export const BLEMISHES = [
  'unknownStatus',
  'noTimezone',
  'noCompany',
  'handleTwin',
  'handleTaken',
  'emailTwin',
  'primaryTwin',
  'secondFactorTwin',
  'preferenceTwin',
] as const;
export type Blemish = (typeof BLEMISHES)[number];

export interface Person {
  readonly index: number;
  readonly id: number;
  readonly handle: string;
  readonly address: string;
  readonly blemish: Blemish | null;
  /** Of a twin: the place of the user whose name or address it shares but for case. */
  readonly partner: number | null;
}

/** Ids of users that are nowhere: what orphans point at. */
export const MISSING_USER = 990_000_000;

/** Segments of the id space, as decades of registrations left them; the last lies above the sequence's start. */
const SEGMENTS = [132_456, 8_500_000, 22_600_000, 40_000_000, 88_770_100] as const;

/** The sample's users: each can be asked for again at any time, so no list of them is kept. */
export class People {
  readonly count: number;
  /** How many of each blemish, and of each orphan and other dirt. */
  readonly dirt: number;
  readonly #seed: number;

  constructor(count: number, seed: number) {
    this.count = count;
    this.dirt = Math.max(3, Math.floor(count / 1_000));
    this.#seed = seed;
  }

  person(index: number): Person {
    const blemish = this.#blemishOf(index);
    const partner =
      blemish === 'handleTwin' || blemish === 'handleTaken' || blemish === 'emailTwin' ? this.#partnerOf(index, blemish) : null;
    const id = this.#idOf(index);
    return {
      index,
      id,
      blemish,
      partner,
      handle: this.#handleOf(index, blemish, partner),
      address: this.#addressOf(index, blemish, partner),
    };
  }

  *all(): Generator<Person> {
    for (let index = 0; index < this.count; index += 1) yield this.person(index);
  }

  /** A user without a blemish, or twin of one. */
  clean(random: Random): Person {
    return this.person(random.int(this.#twins, this.count - this.dirt * BLEMISHES.length - 1));
  }

  /** The first users are the partners of the twins. */
  get #twins(): number {
    return 2 * this.dirt;
  }

  #blemishOf(index: number): Blemish | null {
    const fromEnd = this.count - 1 - index;
    return BLEMISHES[Math.floor(fromEnd / this.dirt)] ?? null;
  }

  #partnerOf(index: number, blemish: Blemish): number {
    const place = (this.count - 1 - index) % this.dirt;
    if (blemish === 'emailTwin') return this.dirt + place;
    // The name that a handle twin would get is taken by another user of the same place.
    return blemish === 'handleTwin' ? place : this.count - 1 - (BLEMISHES.indexOf('handleTwin') * this.dirt + place);
  }

  #idOf(index: number): number {
    const perSegment = Math.ceil(this.count / SEGMENTS.length);
    return SEGMENTS[Math.floor(index / perSegment)]! + (index % perSegment) * 7 + (Math.imul(index, 2_654_435_761) >>> 30);
  }

  #handleOf(index: number, blemish: Blemish | null, partner: number | null): string {
    if (blemish === 'handleTwin') return swapCase(this.#handleOf(partner!, null, null));
    if (blemish === 'handleTaken')
      return `${this.#handleOf(partner!, 'handleTwin', this.#partnerOf(partner!, 'handleTwin'))}~${this.#idOf(partner!)}`;
    const random = new Random(this.#seed, `handle ${index}`);
    return `${random.pick(HANDLE_WORDS)}${random.pick(['', '_', '.', '-'])}${random.pick(HANDLE_WORDS)}${index}`;
  }

  #addressOf(index: number, blemish: Blemish | null, partner: number | null): string {
    if (blemish === 'emailTwin') return swapCase(this.#addressOf(partner!, null, null));
    const random = new Random(this.#seed, `mail ${index}`);
    return `${random.pick(HANDLE_WORDS).toLowerCase()}.${index}@${random.pick(MAIL_DOMAINS)}`;
  }
}

const swapCase = (text: string) => text.replace(/[a-z]/gi, (c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase()));
