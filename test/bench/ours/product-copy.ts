import { randomUUID } from 'node:crypto';
import { DEFAULT_OPTIONS } from '../../../src/contract.ts';
import type { ChunkRef } from '../../../src/db/ledger/claim.ts';
import type { RunRef } from '../../../src/db/ledger/fence.ts';
import { backupTarget } from '../../../src/phases/backup.ts';
import { copyChunk } from '../../../src/phases/copy-chunk.ts';
import { createTables } from '../../../src/phases/create.ts';
import { dropTables } from '../../../src/phases/drop.ts';
import type { Engine } from '../../../src/phases/engine.ts';
import { lockTarget } from '../../../src/phases/lock.ts';
import { nextChunksOf, planChunks } from '../../../src/phases/plan-chunks.ts';
import { preflight, type Preflighted } from '../../../src/phases/preflight.ts';
import { ask } from '../servers/ask.ts';
import { alone, pool } from './product.ts';

const GIVEN = { fresh: true, adopt: true, backup: false, verify: 'counts' } as const;
const ALL = 1_000_000;

/** The product's copy with ledger, fences and hashes, its phases called one after the other: no Temporal. */
export class ProductCopy {
  readonly engine: Engine;
  readonly #looked: Preflighted;

  private constructor(engine: Engine, looked: Preflighted) {
    this.engine = engine;
    this.#looked = looked;
  }

  static async of(engine: Engine): Promise<ProductCopy> {
    return new ProductCopy(engine, await preflight(engine, GIVEN, alone()));
  }

  /** A run whose tables are there, bare and empty; what an earlier one left is gone. */
  async begin(): Promise<RunRef> {
    const holder = { workflowId: 'bench', firstExecutionRunId: randomUUID() };
    const order = {
      given: GIVEN,
      preflight: this.#looked,
      holder,
      reset: false,
      startedBy: null,
      askTemporal: () => Promise.resolve('closed' as const),
    };
    const { run, epoch } = await lockTarget(this.engine, order, alone());
    const ref = { run, epoch };
    for (const phase of [backupTarget, dropTables, createTables]) await phase(this.engine, ref, alone());
    return ref;
  }

  /** Gives the run up, so that another may begin at once. */
  async end({ run }: RunRef): Promise<void> {
    await ask(this.engine.databases.target.url, `UPDATE identity_migration.runs SET state = 'closed' WHERE run = '${run}'`);
  }

  /** Cuts a table into chunks, as the product does. */
  async plan(ref: RunRef, table: string): Promise<ChunkRef[]> {
    await planChunks(this.engine, ref, table, 1, alone());
    const chunks = await nextChunksOf(this.engine, ref, table, 0, ALL, alone());
    return chunks.map((chunk) => ({ table, chunk }));
  }

  async copy(ref: RunRef, chunks: readonly ChunkRef[]): Promise<void> {
    await pool(chunks, DEFAULT_OPTIONS.concurrency, async (chunk) => {
      await copyChunk(this.engine, ref, chunk, alone());
    });
  }

  /** A table from its planning to its last chunk. */
  async planAndCopy(ref: RunRef, table: string): Promise<void> {
    await this.copy(ref, await this.plan(ref, table));
  }
}
