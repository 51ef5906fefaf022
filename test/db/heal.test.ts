import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mysqlFamilies } from '../../src/local/test-extent.ts';
import { movesStep } from '../../src/phases/moves/moves-step.ts';
import { planProofs } from '../../src/phases/proof/plan-proofs.ts';
import { proofStep } from '../../src/phases/proof/proof-step.ts';
import { verifyStep } from '../../src/phases/verify.ts';
import { verifyTarget } from '../../src/phases/verify-target/verify-target.ts';
import { readRunReport } from '../../src/db/ledger/runs-reader.ts';
import { reportMarkdown } from '../../src/report/markdown.ts';
import { checks } from '../../src/report/outcome.ts';
import { ProofStage, STARTED_BY } from './proof-stage.ts';

describe.each(mysqlFamilies().map((family) => [family.family, family] as const))('%s', (_name, family) => {
  let stage: ProofStage;

  beforeAll(async () => {
    stage = await ProofStage.open({ name: 'heal', family, users: 300, chunkRows: 100 });
    await stage.begin();
    await stage.copyAll();
  });

  afterAll(() => stage?.close());

  const oltp = (sql: string) => stage.withSource((client) => client.query(sql));
  const authorization = (sql: string) => stage.mysql.client({ sql }, 'authorization_db');
  const moved = () => stage.query('SELECT table_name, chunk FROM identity_migration.chunks WHERE moved ORDER BY 1, 2');

  test('sources that stood still are left alone, the PostgreSQL one without a look at its rows', async () => {
    expect(await stage.healOnce()).toEqual([]);
    const looked = await stage.query<{ table: string }>(
      `SELECT DISTINCT table_name AS "table" FROM identity_migration.steps WHERE phase = 'moves'`,
    );
    expect(looked.map(({ table }) => table).filter((table) => table.startsWith('user') || table.startsWith('email'))).toEqual([]);
  });

  test('rows that were added, changed and taken away are copied again, and those of other chunks are not', async () => {
    // What was looked at in a round is not looked at again: a new start has new rounds.
    await stage.lock();
    await oltp(`INSERT INTO common_oltp."user" (user_id, handle, status) VALUES (90000001, 'added in mid-run', 'A')`);
    await oltp(
      `UPDATE common_oltp.email SET address = 'changed@example.com' WHERE email_id = (SELECT min(email_id) FROM common_oltp.email)`,
    );
    await oltp('DELETE FROM common_oltp.user_preference WHERE ctid = (SELECT min(ctid) FROM common_oltp.user_preference)');
    await authorization("INSERT INTO role (id, name) VALUES (990001, 'added'); UPDATE client SET name = 'changed' ORDER BY id LIMIT 1;");
    const before = await stage.query<{ line: string }>(
      "SELECT table_name || chunk || ' ' || attempt AS line FROM identity_migration.chunks ORDER BY 1",
    );
    const tables = await stage.healOnce();
    expect(tables).toEqual(expect.arrayContaining(['users', 'emails', 'user_preferences', 'roles', 'clients']));
    const after = await stage.query<{ line: string }>(
      "SELECT table_name || chunk || ' ' || attempt AS line FROM identity_migration.chunks ORDER BY 1",
    );
    const again = after.filter(({ line }) => !before.some((row) => row.line === line));
    expect(again.length).toBeGreaterThanOrEqual(5);
    expect(again.length).toBeLessThan(after.length / 3);
    expect(await stage.healOnce()).toEqual([]);
    expect(await moved()).toEqual([]);
  });

  test('what is proved and moves again is proved again, duplicates of a key included', async () => {
    await stage.lock();
    await planProofs(stage.engine, stage.ref, stage.attempt);
    await stage.runSteps('proof', proofStep);
    // The source enforces no key any more: a second row of one id is for the rules to settle, once the key index is out of the way.
    await oltp('ALTER TABLE common_oltp.email DROP CONSTRAINT IF EXISTS email_pkey CASCADE');
    await oltp(
      'INSERT INTO common_oltp.email SELECT * FROM common_oltp.email WHERE email_id = (SELECT max(email_id) FROM common_oltp.email)',
    );
    expect(await stage.healOnce()).toEqual(expect.arrayContaining(['emails', 'user_emails']));
    expect(
      await stage.query("SELECT reason FROM identity_migration.rejects WHERE table_name = 'emails' AND reason = 'invalid_value'"),
    ).toEqual([]);
  });

  test('a source that does not stop moves the run to its end after three rounds, naming table, chunk and rows', async () => {
    const move = () =>
      oltp(`UPDATE common_oltp.email SET address = address || 'x' WHERE email_id = (SELECT min(email_id) FROM common_oltp.email)`);
    await stage.lock();
    for (let round = 0; round < 3; round += 1) {
      await move();
      expect(await stage.healOnce()).toContain('emails');
    }
    await move();
    await expect(stage.healOnce()).rejects.toMatchObject({
      type: 'VerificationFailed',
      message: expect.stringMatching(/still move after 3 rounds.*emails chunk 1 \(\d+ rows\)/) as string,
    });
  });

  test('a new start has rounds of its own, and copies only what moved', async () => {
    await stage.lock();
    expect(await stage.healOnce()).toContain('emails');
    expect(await stage.healOnce()).toEqual([]);
  });

  test('the run ends with the equation true, everything proved, and target and sources agreeing', async () => {
    await stage.finish();
    const report = await verifyTarget(stage.engine, stage.attempt, () => undefined);
    expect(report.tables.filter((table) => table.differing > 0)).toEqual([]);
    expect(report.verdict).toBe('agree');
    expect(await stage.query("SELECT table_name FROM identity_migration.tables WHERE proof IS DISTINCT FROM 'full'")).toEqual([]);
    const [changed] = await stage.query<{ n: number }>("SELECT count(*) AS n FROM identity.users WHERE handle = 'added in mid-run'");
    expect(changed!.n).toBe(1);
  });

  test('the report says what moved, and that it was copied again', async () => {
    const report = (await stage.withTarget((client) => readRunReport(client, stage.ref.run)))!;
    const moved = report.events.flatMap((event) => (event.event === 'moved' ? [event] : []));
    expect(moved.map(({ table }) => table)).toEqual(expect.arrayContaining(['users', 'emails', 'user_preferences', 'roles', 'clients']));
    expect(moved.every(({ chunks, rows }) => chunks > 0 && rows > 0)).toBe(true);
    expect(checks(report).find(({ what }) => what === 'The sources moved')).toMatchObject({ ok: true });
    expect(reportMarkdown(report)).toContain('## Sources that moved, and were copied again');
    // Of each start: who, as Temporal says.
    const starts = report.events.flatMap((event) => (event.event === 'start' ? [event.by] : []));
    expect(new Set(starts)).toEqual(new Set([STARTED_BY.by]));
    expect(starts.length).toBe(report.epoch);
  });

  test('what moves later is noticed in verify', async () => {
    await oltp(`UPDATE common_oltp.email SET address = address || 'y' WHERE email_id = (SELECT max(email_id) FROM common_oltp.email)`);
    await stage.query("UPDATE identity_migration.steps SET state = 'planned' WHERE phase = 'verify' AND step = 'verify emails'");
    await expect(verifyStep(stage.engine, stage.ref, 'verify emails', stage.attempt)).rejects.toMatchObject({
      type: 'VerificationFailed',
      message: expect.stringMatching(/source of emails moved after it was copied: chunk \d+ \(\d+ rows now\)/) as string,
    });
  });

  test('a step that is done is not done again', async () => {
    const [step] = await stage.query<{ step: string; rows: number }>(
      "SELECT step, rows FROM identity_migration.steps WHERE phase = 'moves' LIMIT 1",
    );
    await movesStep(stage.engine, stage.ref, step!.step, stage.attempt);
    expect(await moved()).toEqual([]);
  });
});
