import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { landedChunks } from '../../src/db/ledger/proofs.ts';
import { transaction } from '../../src/db/postgres/transaction.ts';
import { mysqlFamilies } from '../../src/local/test-extent.ts';
import type { Server } from '../../src/db/server.ts';
import type { Findings } from '../../src/phases/proof/difference.ts';
import { proveChunk } from '../../src/phases/proof/prove-chunk.ts';
import { PLAN, tablePlan } from '../../src/plan/plan.ts';
import { ProofStage } from './proof-stage.ts';

describe.each(mysqlFamilies().map((family) => [family.family, family] as const))('%s', (_name, family) => {
  let stage: ProofStage;

  beforeAll(async () => {
    stage = await ProofStage.open({ name: 'proof-chunks', family });
    // Of so many lengths that some rows lie where a longer one had found no room.
    await stage.withSource((client) =>
      client.query(`INSERT INTO common_oltp.user_achievement (user_id, achievement_type_id, achievement_date, description, create_date)
        SELECT 1000 + n, 1, '2021-03-04', repeat('x', n * 37 % 250), '2021-03-04' FROM generate_series(1, 3000) n`),
    );
    await stage.begin();
    await stage.copyAll();
  });

  afterAll(() => stage?.close());

  test('rows of a table without a key do not lie in the order in which they came', async () => {
    const { rows } = await stage.withTarget((client) =>
      client.query<{ earlier: number }>(`SELECT count(*) FILTER (WHERE user_id < before)::int AS earlier
        FROM (SELECT user_id, lag(user_id) OVER (ORDER BY ctid) AS before FROM identity.user_achievements) lying`),
    );
    expect(rows[0]!.earlier).toBeGreaterThan(0);
  });

  test.each(PLAN.map((table) => table.table))('%s: each chunk of the dirty sample is proved', async (table) => {
    const facts = await stage.facts();
    // Sources that are not there: nobody asks them, since the ledger's checksums are the target's, of tables without a key too.
    const away = (server: Server) => ({ ...server, url: server.url.replace(/:\d+\//, ':1/') });
    const { commonOltp, authorization, target } = stage.engine.databases;
    const engine = { ...stage.engine, databases: { target, commonOltp: away(commonOltp), authorization: away(authorization) } };
    const findings = await stage.withTarget((client) =>
      transaction(client, {}, async () => {
        const found: Findings[] = [];
        for (const chunk of await landedChunks(client, stage.ref.run, table, 1, 10_000)) {
          const proof = { facts, run: stage.ref.run, table: tablePlan(table), chunk };
          found.push(await proveChunk(engine, client, proof, stage.attempt));
        }
        return found;
      }),
    );
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.flatMap((finding) => finding.differences)).toEqual([]);
    expect(findings.map((finding) => finding.rows)).toEqual(findings.map(() => 0));
  });
});
