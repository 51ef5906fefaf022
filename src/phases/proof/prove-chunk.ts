import type pg from 'pg';
import { translating } from '../../db/errors.ts';
import { readBack, readBackHash } from '../../db/copy/read-back.ts';
import type { LandedChunkRow } from '../../db/ledger/proofs.ts';
import type { RunFacts } from '../../db/ledger/run-facts.ts';
import type { TablePlan } from '../../plan/types.ts';
import { sourceRows, targetRows } from '../../sql/proof/hashed-rows.ts';
import type { KeyText } from '../../sql/proof/key-condition.ts';
import { targetKey } from '../../sql/proof/key-text.ts';
import { readBackQuery } from '../../sql/proof/read-back.ts';
import { askSource, READS } from '../ask-source.ts';
import { TARGET_SCHEMA, type Attempt, type Engine } from '../engine.ts';
import { withChunkReader } from '../open-chunk.ts';
import type { Findings } from './difference.ts';
import { narrowDifferences } from './narrow.ts';
import { narrowTuples } from './narrow-tuples.ts';
import { rejectedNames } from './rejected-names.ts';
import { repairedColumns, withoutRepaired } from './repaired.ts';
import { rowsOfKeys } from './rows-of-keys.ts';
import { checksumText, totalOf, without, type Side } from './side.ts';

export interface ChunkProof {
  readonly facts: RunFacts;
  readonly run: string;
  readonly table: TablePlan;
  readonly chunk: LandedChunkRow;
}

const NOTHING: Findings = { rows: 0, differences: [] };

/**
 * Both proofs of one loaded chunk, in the caller's transaction on the target. Stored = sent: what the target gives back hashes to what
 * was sent. Decoded = source: the target's checksum over canonical texts is the source's own. What differs is narrowed to rows and columns.
 */
export async function proveChunk(engine: Engine, target: pg.Client, proof: ChunkProof, attempt: Attempt): Promise<Findings> {
  const { table, chunk } = proof;
  const stored = (await readBackHash(target, readBackQuery(table, chunk.bounds, TARGET_SCHEMA))) === chunk.sha256;
  if (stored && (await decodedEqualsSource(engine, target, proof))) return NOTHING;
  const decoded = await narrowFromSource(engine, target, proof, attempt);
  // The same values in other bytes, or rows of one key in another order, are for the tuples to tell.
  return decoded.rows > 0 || stored ? decoded : narrowFromTuples(engine, target, proof, attempt);
}

async function decodedEqualsSource(engine: Engine, target: pg.Client, { run, table, chunk }: ChunkProof): Promise<boolean> {
  if (chunk.loadedChecksum === null) return false;
  const side = targetSide(engine, target, table, chunk);
  const total = await totalOf(side);
  if (chunk.rejected === 0) return checksumText(total) === chunk.loadedChecksum;
  const names = await rejectedNames(target, run, table, chunk.chunk, 'loaded');
  const keys = [...names.keys()].map((name) => JSON.parse(name) as KeyText);
  // A rejected row's key may be that of a row that landed, where the source lost its primary key: then rows tell.
  const sameKey = await rowsOfKeys(side, 'common_oltp', targetKey(table), keys);
  return sameKey.length === 0 && checksumText(without(total, sameKey)) === chunk.loadedChecksum;
}

async function narrowFromSource(engine: Engine, target: pg.Client, proof: ChunkProof, attempt: Attempt): Promise<Findings> {
  const { facts, run, table, chunk } = proof;
  const excused = chunk.rejected === 0 ? new Map<string, number>() : await rejectedNames(target, run, table, chunk.chunk, 'loaded');
  const findings = await askSource(engine, facts, table.source, attempt, (ask) => {
    const rows = sourceRows(table, chunk.bounds, { absent: facts.absent }, 'loaded');
    return narrowDifferences({ ask, rows }, targetSide(engine, target, table, chunk), excused);
  });
  return withoutRepaired(findings, await repairedColumns(target, run, table.table, chunk.chunk));
}

function narrowFromTuples(engine: Engine, target: pg.Client, proof: ChunkProof, { signal }: Attempt): Promise<Findings> {
  const { facts, table, chunk } = proof;
  const source = { facts, table, bounds: chunk.bounds, applicationName: READS, signal };
  const copyOut = readBackQuery(table, chunk.bounds, TARGET_SCHEMA);
  return withChunkReader(engine, source, (reader) =>
    narrowTuples(
      table,
      () => reader.tuples(),
      () => readBack(target, copyOut),
      chunk.rejected,
    ),
  );
}

/** Also asked within a source's session: its errors are the target's all the same. */
function targetSide(engine: Engine, target: pg.Client, table: TablePlan, chunk: LandedChunkRow): Side {
  const ask = async (sql: string) => (await target.query<Record<string, unknown>>(sql)).rows;
  return {
    ask: (sql) => translating(engine.databases.target, 'VerificationFailed', () => ask(sql)),
    rows: targetRows(table, chunk.bounds, TARGET_SCHEMA, 'loaded'),
  };
}
