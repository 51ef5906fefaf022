import { Readable } from 'node:stream';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChunkReader } from '../../src/db/copy/chunk-reader.ts';
import { decodeTuple } from '../../src/db/copy/decode-tuple.ts';
import { readBackHash } from '../../src/db/copy/read-back.ts';
import { splitTuples } from '../../src/db/copy/split-tuples.ts';
import { fieldsOf } from '../../src/db/copy/tuple-fields.ts';
import { COPY_HEADER, COPY_TRAILER } from '../../src/db/copy/tuple-hash.ts';
import { landedChunks, type LandedChunkRow } from '../../src/db/ledger/proofs.ts';
import { deleteNotesOfChunk } from '../../src/db/ledger/rejects.ts';
import type { RunFacts } from '../../src/db/ledger/run-facts.ts';
import { transaction } from '../../src/db/postgres/transaction.ts';
import { Random } from '../../src/local/sample/random.ts';
import { mysqlFamilies, wantsAllTests } from '../../src/local/test-extent.ts';
import { landChunk } from '../../src/phases/copy-chunk.ts';
import { withChunkReader } from '../../src/phases/open-chunk.ts';
import type { Difference } from '../../src/phases/proof/difference.ts';
import { proveChunk } from '../../src/phases/proof/prove-chunk.ts';
import { textOf } from '../../src/phases/proof/side.ts';
import { PLAN } from '../../src/plan/plan.ts';
import type { ColumnPlan, TablePlan } from '../../src/plan/types.ts';
import { deleteRange } from '../../src/sql/proof/delete-range.ts';
import { targetRows } from '../../src/sql/proof/hashed-rows.ts';
import { readBackQuery } from '../../src/sql/proof/read-back.ts';
import { quoteIdentifier } from '../../src/sql/quote.ts';
import { FIELD_MUTATIONS, TARGET_MUTATIONS, type FieldMutation, type TargetMutation } from './mutations.ts';
import { ProofStage } from './proof-stage.ts';

/** In the target, and as many again in the decoder's output. */
const PLANTED = wantsAllTests() ? 500 : 100;

describe.each(mysqlFamilies().map((family) => [family.family, family] as const))('%s', (_name, family) => {
  let stage: ProofStage;
  let facts: RunFacts;
  const chunks: { table: TablePlan; chunk: LandedChunkRow }[] = [];

  beforeAll(async () => {
    stage = await ProofStage.open({ name: 'proof-mutations', family, users: 300, chunkRows: 100 });
    await stage.begin();
    await stage.copyAll();
    facts = await stage.facts();
    await stage.withTarget(async (client) => {
      for (const table of PLAN) {
        for (const chunk of await landedChunks(client, stage.ref.run, table.table, 1, 10_000)) {
          if (chunk.rows > 0) chunks.push({ table, chunk });
        }
      }
    });
  });

  afterAll(() => stage?.close());

  test(`${PLANTED} cells changed in the target are caught and named`, { timeout: 1_200_000 }, async () => {
    const random = new Random(11, 'target');
    const seen: string[] = [];
    await stage.withTarget(async (client) => {
      for (let tries = 0; seen.length < PLANTED && tries < 50 * PLANTED; tries += 1) {
        const mutation = TARGET_MUTATIONS[tries % TARGET_MUTATIONS.length]!;
        const found = await undone(client, () => plantInTarget(client, mutation, random));
        if (found !== null) seen.push(found);
      }
    });
    expectVariety(seen, TARGET_MUTATIONS);
  });

  test(`${PLANTED} fields that a decoder wrote wrong are caught and named`, { timeout: 1_200_000 }, async () => {
    const random = new Random(12, 'decoder');
    const seen: string[] = [];
    await stage.withTarget(async (client) => {
      for (let tries = 0; seen.length < PLANTED && tries < 50 * PLANTED; tries += 1) {
        const mutation = FIELD_MUTATIONS[tries % FIELD_MUTATIONS.length]!;
        const found = await undone(client, () => decodeWrong(client, mutation, random));
        if (found !== null) seen.push(found);
      }
    });
    expectVariety(seen, FIELD_MUTATIONS);
  });

  test('two rows that swapped their values are both named', async () => {
    const { table, chunk } = chunks.find(({ table: { table } }) => table === 'users')!;
    await stage.withTarget((client) =>
      undone(client, async () => {
        const { rows } = await client.query<{ id: number; handle: string }>('SELECT id, handle FROM identity.users ORDER BY id LIMIT 2');
        const [one, two] = [rows[0]!, rows[1]!];
        await client.query('UPDATE identity.users SET handle = CASE id WHEN $1 THEN $2 ELSE $4 END WHERE id IN ($1, $3)', [
          one.id,
          two.handle,
          two.id,
          one.handle,
        ]);
        const findings = await prove(client, table, chunk);
        const named = [one, two].map(({ id }) => ({ kind: 'differs', key: { user_id: String(id) }, columns: ['handle'] }));
        expect(findings).toEqual(expect.arrayContaining(named));
        expect(findings).toHaveLength(2);
      }),
    );
  });

  test('a row that is gone and a row too many are named', async () => {
    const { table, chunk } = chunks.find(({ table: { table } }) => table === 'emails')!;
    await stage.withTarget((client) =>
      undone(client, async () => {
        const { rows } = await client.query<{ id: number }>(
          'DELETE FROM identity.emails WHERE id = (SELECT min(id) FROM identity.emails) RETURNING id',
        );
        await client.query('INSERT INTO identity.emails SELECT * FROM identity.emails WHERE id = (SELECT min(id) FROM identity.emails)');
        const [twice] = (await client.query<{ id: number }>('SELECT min(id) AS id FROM identity.emails')).rows;
        expect(await prove(client, table, chunk)).toEqual([
          { kind: 'missing', key: { email_id: String(rows[0]!.id) }, columns: [] },
          { kind: 'extra', key: { email_id: String(twice!.id) }, columns: [] },
        ]);
      }),
    );
  });

  /** Changes one cell; proves; gives what was planted where. Null where this cell does not take it. */
  async function plantInTarget(client: pg.Client, mutation: TargetMutation, random: Random): Promise<string | null> {
    const { table, chunk, column } = pickPlace(mutation, random);
    const name = `t.${quoteIdentifier(column.name)}`;
    const text = (sql: string, as: string) => sql.replaceAll('{}', as);
    const side = targetRows(table, chunk.bounds, 'identity', 'loaded');
    const keys = side.key.map((key, index) => `${key.text} AS k${index}`).join(', ');
    const { rows } = await client.query<Record<string, unknown>>(
      `SELECT t.ctid AS place, ${keys} ${side.rows} AND ${text(mutation.where, name)} ORDER BY md5(t.ctid::text || $1) LIMIT 1`,
      [String(random.int(0, 1_000_000))],
    );
    if (rows[0] === undefined) return null;
    try {
      await client.query(
        `UPDATE identity.${quoteIdentifier(table.table)} t SET ${quoteIdentifier(column.name)} = ${text(mutation.set, name)} WHERE t.ctid = $1`,
        [rows[0]['place']],
      );
    } catch (error) {
      // NOT NULL, a CHECK or a width: the target itself refuses such a cell.
      expect((error as { code?: string }).code).toMatch(/^2[23]/);
      return null;
    }
    const key = Object.fromEntries(side.key.map(({ name: of }, index) => [of, textOf(rows[0]![`k${index}`])]));
    expectNamed(await prove(client, table, chunk), table, column, key, mutation.name);
    return `${mutation.name}|${table.table}.${column.name}`;
  }

  function pickPlace({ casts }: Pick<TargetMutation, 'casts'>, random: Random) {
    const fits = ({ cast, carry }: ColumnPlan) => casts.includes(cast) && carry !== true;
    const place = random.pick(chunks.filter(({ table }) => table.columns.some(fits)));
    return { ...place, column: random.pick(place.table.columns.filter(fits)) };
  }

  /** Lands a chunk again, one field of it decoded wrong; proves. */
  async function decodeWrong(client: pg.Client, mutation: FieldMutation, random: Random): Promise<string | null> {
    const { table, chunk, column } = pickPlace(mutation, random);
    const index = table.columns.indexOf(column);
    const wanted = random.int(0, chunk.rows - 1);
    const source = { facts, table, bounds: chunk.bounds, applicationName: 'test', signal: stage.attempt.signal };
    let key: Record<string, string | null> | null = null;
    const spoilt = await withChunkReader(stage.engine, source, async (reader) => {
      const wrong: ChunkReader = {
        ...reader,
        // Whichever way the chunk would be read, it is spoilt.
        trusting: () => null,
        tuples: () =>
          Readable.from(
            spoil(reader.tuples(), table, index, wanted, mutation, (of) => (key = of)),
            { objectMode: false },
          ),
      };
      await client.query(deleteRange(table, chunk.bounds, 'identity'));
      await deleteNotesOfChunk(client, stage.ref, { table: table.table, chunk: chunk.chunk });
      return landChunk(client, stage.ref, table, { table: table.table, chunk: chunk.chunk }, wrong);
    });
    // A field that the target refuses is a reject, and no row that was decoded wrong.
    if (key === null || spoilt.outcome.rejected !== chunk.rejected) return null;
    const stored = await readBackHash(client, readBackQuery(table, chunk.bounds, 'identity'));
    // A wrong key has another place in the order, or in another chunk; without a key, rows lie as the target found room for them.
    if (table.key.length > 0 && table.key.every((of) => of.target !== column.name)) expect(stored).toBe(spoilt.outcome.sha256);
    expectNamed(await prove(client, table, { ...chunk, sha256: spoilt.outcome.sha256 }), table, column, key, mutation.name);
    return `${mutation.name}|${table.table}.${column.name}`;
  }

  async function prove(client: pg.Client, table: TablePlan, chunk: LandedChunkRow): Promise<readonly Difference[]> {
    const findings = await proveChunk(stage.engine, client, { facts, run: stage.ref.run, table, chunk }, stage.attempt);
    expect(findings.rows).toBeGreaterThan(0);
    return findings.differences;
  }
});

/** Does `work` in a transaction that is taken back. */
async function undone<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  const over = new Error('taken back');
  let result: { readonly of: T } | null = null;
  await transaction(client, {}, async () => {
    result = { of: await work() };
    throw over;
  }).catch((error: unknown) => {
    if (error !== over) throw error;
  });
  return (result as { readonly of: T } | null)!.of;
}

function expectNamed(
  found: readonly Difference[],
  table: TablePlan,
  column: ColumnPlan,
  key: Record<string, string | null>,
  planted: string,
): void {
  const where = `${planted} in ${table.table}.${column.name}`;
  const names = Object.keys(key);
  const ofKey = table.key.length > 0 ? table.key.some((k) => k.target === column.name) : names.includes(column.name);
  if (ofKey) {
    // A row whose name changed is missing under the one, and too many under the other unless that belongs to another chunk.
    expect(['missing', 'extra missing'], where).toContain(
      found
        .map(({ kind }) => kind)
        .sort()
        .join(' '),
    );
    expect(found.find(({ kind }) => kind === 'missing')!.key, where).toEqual(key);
  } else {
    expect([where, found]).toEqual([where, [{ kind: 'differs', key, columns: [column.name] }]]);
  }
}

/** A sample in which each kind of change and most tables took part. */
function expectVariety(seen: readonly string[], mutations: readonly { readonly name: string }[]): void {
  expect(seen).toHaveLength(PLANTED);
  expect(new Set(seen.map((line) => line.split('|')[0]))).toEqual(new Set(mutations.map(({ name }) => name)));
  expect(new Set(seen.map((line) => /\|(\w+)\./.exec(line)![1])).size).toBeGreaterThan(25);
}

async function* spoil(
  stream: AsyncIterable<Buffer>,
  table: TablePlan,
  index: number,
  wanted: number,
  mutation: FieldMutation,
  spoilt: (key: Record<string, string | null>) => void,
): AsyncGenerator<Buffer> {
  yield COPY_HEADER;
  let row = -1;
  let done = false;
  for await (const tuple of splitTuples(stream)) {
    row += 1;
    const fields = fieldsOf(tuple);
    // The first row from there on that takes it.
    const changed = row >= wanted && !done ? mutation.change(fields[index]!) : 'not here';
    if (changed === 'not here') {
      yield tuple;
      continue;
    }
    done = true;
    const values = decodeTuple(tuple, table.columns);
    const named =
      table.key.length > 0
        ? table.key.map((key) => [key.column, key.target])
        : table.columns.filter(({ cast }) => cast === 'bigint').map(({ name }) => [name, name]);
    spoilt(Object.fromEntries(named.map(([name, target]) => [name!, textOf(values[target!])])));
    fields[index] = changed;
    yield tupleOf(fields);
  }
  yield COPY_TRAILER;
}

function tupleOf(fields: readonly (Buffer | null)[]): Buffer {
  const count = Buffer.alloc(2);
  count.writeInt16BE(fields.length);
  return Buffer.concat([count, ...fields.flatMap((field) => [lengthOf(field), field ?? Buffer.alloc(0)])]);
}

function lengthOf(field: Buffer | null): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(field?.length ?? -1);
  return length;
}
