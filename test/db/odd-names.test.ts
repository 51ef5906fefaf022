import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { createConnection, type Connection, type FieldPacket, type RowDataPacket } from 'mysql2/promise';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ServerSet } from '../../src/local/servers/server-set.ts';
import { mysqlFamilies } from '../../src/local/test-extent.ts';
import { backupSchema } from '../../src/schema/backup.ts';
import { giveGrants, readGrants } from '../../src/schema/grants.ts';
import { restoreSchema } from '../../src/schema/restore.ts';
import { binaryLiteral, quoteIdentifier, quoteLiteral, quoteTable } from '../../src/sql/quote.ts';
import { ODD_PARTS, oddText } from '../odd-names.ts';
import { openSchemaDatabase, type SchemaDatabase } from './schema-database.ts';

/** Beyond these PostgreSQL cuts a name off, and MySQL refuses an alias. */
const MOST_BYTES = 63;
/** Letters at both ends: MySQL takes blanks off an alias. None beyond the basic plane: MySQL's names have none. */
const name = oddText
  .map((text) => `x${text.replaceAll(/[\u{10000}-\u{10ffff}]/gu, '')}x`)
  .filter((text) => Buffer.byteLength(text) <= MOST_BYTES);
const names = [...new Set([...ODD_PARTS.map((part) => `x${part}x`), ...fc.sample(name, { numRuns: 400, seed: 11 })])];
const texts = [...ODD_PARTS, ...fc.sample(oddText, { numRuns: 400, seed: 12 })];

describe('PostgreSQL gives back every name and every value, and runs no more than was asked', () => {
  let databases: SchemaDatabase;
  let client: pg.Client;
  let url: string;
  beforeAll(async () => {
    databases = await openSchemaDatabase('odd-names');
    ({ client, url } = await databases.empty());
    await client.query('CREATE TABLE kept (); CREATE ROLE "o""d;d\n--"');
  });
  afterAll(() => databases?.close());
  const isKept = async () => expect((await client.query(`SELECT to_regclass('kept') AS kept`)).rows).toEqual([{ kept: 'kept' }]);

  test.each(['on', 'off'])('with standard_conforming_strings %s', async (strings) => {
    await client.query(`SET standard_conforming_strings = ${strings}; SET escape_string_warning = off`);
    // Of several statements the driver gives a list of results.
    const named = await client.query(`SELECT ${names.map((one) => `1 AS ${quoteIdentifier(one)}`).join(', ')}`);
    expect(named.fields.map((field) => field.name)).toEqual(names);
    const valued = await client.query<{ v: string[] }>(`SELECT ARRAY[${texts.map(quoteLiteral).join(', ')}] AS v`);
    expect(valued.rows).toEqual([{ v: texts }]);
    await client.query('RESET standard_conforming_strings');
    await isKept();
  });

  test('in a backup of tables, columns and a database of such names, and in psql, which puts it back', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'odd-names-'));
    const database = `d"b';\n--\\! $$ = x dbname=kept {email}`;
    await client.query(`CREATE DATABASE ${quoteIdentifier(database)}`);
    const odd = Object.assign(new URL(url), { pathname: `/${encodeURI(database)}` }).href;
    const there = await databases.connect(odd);
    const tables = names.slice(0, 60);
    await there.query('CREATE TABLE kept (); CREATE SCHEMA identity');
    for (const table of tables) {
      const column = quoteIdentifier(`c${table}`);
      await there.query(`CREATE TABLE ${quoteTable('identity', table)} (${column} text DEFAULT ${quoteLiteral(table)} PRIMARY KEY);
        INSERT INTO ${quoteTable('identity', table)} DEFAULT VALUES; GRANT SELECT, UPDATE (${column}) ON ${quoteTable('identity', table)} TO "o""d;d\n--"`);
    }
    const order = { url: odd, schema: 'identity', signal: new AbortController().signal };
    const grants = await readGrants(there, 'identity');
    expect(grants).toHaveLength(2 * tables.length);
    const backup = await backupSchema({ ...order, directory, onProgress: () => {} });
    expect(Object.fromEntries(backup.tables.map(({ table, rows }) => [table, Number(rows)]))).toEqual(
      Object.fromEntries(tables.map((table) => [table, 1])),
    );
    await there.query('DROP SCHEMA identity CASCADE');
    await restoreSchema({ ...order, file: backup.path });
    expect(await readGrants(there, 'identity')).toEqual(grants);
    for (const table of tables) {
      const { rows } = await there.query(`SELECT * FROM ${quoteTable('identity', table)}`);
      expect(rows).toEqual([{ [`c${table}`]: table }]);
      await there.query(`REVOKE ALL ON ${quoteTable('identity', table)} FROM "o""d;d\n--"`);
    }
    expect(await giveGrants(there, 'identity', grants)).toBe(grants.length);
    expect(await readGrants(there, 'identity')).toEqual(grants);
    expect((await there.query(`SELECT to_regclass('kept') AS kept`)).rows).toEqual([{ kept: 'kept' }]);
    rmSync(directory, { recursive: true });
    await isKept();
  });
});

describe.each(mysqlFamilies())(
  'MySQL ($family) gives back every name and every value, and runs no more than was asked',
  ({ family, start }) => {
    let servers: ServerSet;
    let connection: Connection;
    beforeAll(async () => {
      servers = await ServerSet.forTest(`odd-names-${family.replace(' ', '-')}`);
      const server = await start({ servers, name: 'mysql' });
      // What is slipped in after a semicolon would be run.
      connection = await createConnection({ uri: server.url('root'), charset: 'utf8mb4', multipleStatements: true });
      await connection.query('CREATE TABLE kept (a int)');
    });
    afterAll(async () => {
      await connection?.end();
      await servers?.stopAll();
    });

    test.each(['', 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'])('with sql_mode "%s"', async (mode) => {
      await connection.query(`SET SESSION sql_mode = '${mode}'`);
      const aliases = names.map((one) => `1 AS ${quoteIdentifier(one, 'mysql')}`);
      const [, fields]: [RowDataPacket[], FieldPacket[]] = await connection.query(`SELECT ${aliases.join(', ')}`);
      expect(fields.map((field) => field.name)).toEqual(names);
      const [rows]: [RowDataPacket[], FieldPacket[]] = await connection.query({
        sql: `SELECT ${texts.map(binaryLiteral).join(', ')}`,
        rowsAsArray: true,
      });
      expect((rows[0] as unknown as Buffer[]).map((value) => value.toString('utf8'))).toEqual(texts);
      const table = quoteIdentifier('t`; DROP TABLE kept; -- ', 'mysql').replace(' `', '`');
      await connection.query(
        `CREATE TABLE ${table} (${names
          .slice(0, 60)
          .map((one) => `${quoteIdentifier(one, 'mysql')} int`)
          .join(', ')})`,
      );
      await connection.query(`DROP TABLE ${table}`);
      const [kept]: [RowDataPacket[], FieldPacket[]] = await connection.query(`SHOW TABLES LIKE 'kept'`);
      expect(kept).toHaveLength(1);
    });
  },
);
