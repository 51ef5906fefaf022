import type pg from 'pg';
import type { RunOptions } from '../../../contract.ts';
import { translating } from '../../../db/errors.ts';
import { queryMysql } from '../../../db/mysql/session.ts';
import { describeServer } from '../../../db/server.ts';
import { formatBytes } from '../../../report/format.ts';
import type { Attempt, Engine } from '../../engine.ts';
import type { Finding } from '../finding.ts';
import type { OpenSources, Predicted } from '../predict/predict.ts';
import { readOnlyPostgres } from '../read-only.ts';
import type { TableSize } from '../sizes.ts';
import { checkBackupTool } from './backup-tool.ts';
import { checkMysqlRoom, checkPostgresRoom } from './capacity.ts';
import { checkClock } from './clocks.ts';
import { checkSpace } from './free-space.ts';
import { tellRowsAtFault } from './rows-at-fault.ts';
import { tellMysqlSettings, tellPostgresSettings } from './settings.ts';
import { lookAtTexts, tellTexts } from './texts.ts';
import { tellUnforeseen } from './unforeseen.ts';
import { checkMysqlWriter, checkPostgresWriter } from './writable.ts';

export interface Looked extends OpenSources {
  readonly options: RunOptions;
  readonly sizes: readonly TableSize[];
}

const NOW = 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now';

/** What an operator should know of the three servers before a run: none of it is in a row's way. */
export async function adviseOnServers(
  engine: Engine,
  { options, oltp, authorization, sizes }: Looked,
  attempt: Attempt,
): Promise<Finding[]> {
  const { target, commonOltp, authorization: mysql } = engine.databases;
  const { concurrency } = options;
  const name = describeServer(mysql);
  const timeOf = async (client: pg.ClientBase) => (await client.query<{ now: number }>(NOW)).rows[0]!.now;
  const bytes = sizes.reduce((sum, size) => sum + size.rows * size.bytesPerRow, 0);
  const ofTarget = await readOnlyPostgres(target, attempt, async (client) => [
    ...(await checkPostgresRoom(client, describeServer(target), concurrency)),
    ...(await checkSpace(client, target, { bytes, show: formatBytes })),
    ...(options.backup ? await checkBackupTool(client) : []),
    ...(await checkClock(describeServer(target), () => timeOf(client))),
    ...(await tellPostgresSettings(client, describeServer(target))),
  ]);
  const ofOltp = await translating(commonOltp, 'SchemaMismatch', async () => [
    ...(await checkPostgresWriter(oltp)),
    ...(await checkPostgresRoom(oltp, describeServer(commonOltp), concurrency)),
    ...(await checkClock(describeServer(commonOltp), () => timeOf(oltp))),
    ...(await tellPostgresSettings(oltp, describeServer(commonOltp))),
  ]);
  const ask = async () =>
    Number((await queryMysql<{ now: string }>(authorization, 'SELECT UNIX_TIMESTAMP(SYSDATE(6)) * 1000 AS now'))[0]!.now);
  return [
    ...ofTarget,
    ...ofOltp,
    ...(await checkMysqlWriter(authorization)),
    ...(await checkMysqlRoom(authorization, name, concurrency)),
    ...(await checkClock(name, ask)),
    ...(await tellMysqlSettings(authorization, name)),
  ];
}

/** What no rule expects of the texts; in a session of its own, beside the predictions. */
export function adviseOnTexts(engine: Engine, absent: readonly string[], attempt: Attempt): Promise<Finding[]> {
  return readOnlyPostgres(engine.databases.commonOltp, attempt, (client) => lookAtTexts(client, { absent }, attempt.beat));
}

/** What the predictions and the rows that were read on the way say. */
export async function adviseOnRows(engine: Engine, { oltp, absent }: OpenSources, predicted: Predicted): Promise<Finding[]> {
  const ask = async (sql: string) => (await oltp.query<Record<string, unknown>>(sql)).rows;
  const atFault = await translating(engine.databases.commonOltp, 'SchemaMismatch', () =>
    tellRowsAtFault(predicted.predictions, predicted.handed, ask, { absent }),
  );
  return [...atFault, ...tellUnforeseen(predicted), ...tellTexts(predicted.handed)];
}
