import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { COMMON_OLTP_TABLES } from './common-oltp-tables.ts';
import type { LegacyTable } from './legacy-table.ts';
import { OTHER_TABLES } from './other-tables.ts';

export type Value = string | number | boolean | null;

/** Writes schema common_oltp as pg_dump does in plain SQL: objects, COPY blocks, then keys and grants. */
export class PgDump {
  readonly #out: WriteStream;

  constructor(path: string) {
    this.#out = createWriteStream(path);
  }

  async open(): Promise<void> {
    await this.#write(HEADER);
    for (const table of [...COMMON_OLTP_TABLES, ...OTHER_TABLES]) await this.#write(createTable(table));
  }

  /** One table's rows, as a COPY block. */
  async copy(table: string, columns: readonly string[], rows: Iterable<readonly Value[]>): Promise<void> {
    await this.#write(`--\n-- Data for Name: ${table}; Type: TABLE DATA; Schema: common_oltp; Owner: coder\n--\n\n`);
    await this.#write(`COPY common_oltp.${quoted(table)} (${columns.map(quoted).join(', ')}) FROM stdin;\n`);
    let text = '';
    for (const row of rows) {
      text += `${row.map(copyField).join('\t')}\n`;
      if (text.length < 1 << 16) continue;
      await this.#write(text);
      text = '';
    }
    await this.#write(`${text}\\.\n\n\n`);
  }

  /** Sequence values, keys, grants; `values`: sequence → its last value. */
  async close(values: Readonly<Record<string, number>>): Promise<void> {
    for (const [sequence, value] of Object.entries(values)) {
      await this.#write(`SELECT pg_catalog.setval('common_oltp.${sequence}', ${value}, true);\n`);
    }
    const tables = [...COMMON_OLTP_TABLES, ...OTHER_TABLES];
    const all = tables.flatMap((table) => table.keys.map((key) => keyStatement(table.name, key)));
    // Foreign keys come last, as pg_dump orders them.
    for (const statement of [...all.filter((sql) => !sql.includes('FOREIGN KEY')), ...all.filter((sql) => sql.includes('FOREIGN KEY'))])
      await this.#write(statement);
    await this.#write(GRANTS);
    this.#out.end();
    await once(this.#out, 'finish');
  }

  async #write(text: string): Promise<void> {
    if (!this.#out.write(text)) await once(this.#out, 'drain');
  }
}

export function copyField(value: Value): string {
  if (value === null) return '\\N';
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (typeof value === 'number') return String(value);
  return value.replace(/[\\\t\n\r\v\f\b]/g, (character) => ESCAPES[character]!);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\v': '\\v',
  '\f': '\\f',
  '\b': '\\b',
};

const RESERVED = new Set(['user', 'desc', 'group']);
const quoted = (name: string) => (RESERVED.has(name) ? `"${name}"` : name);

function createTable({ name, columns }: LegacyTable): string {
  const serial = columns.flatMap((column) => /nextval\('common_oltp\.(\w+)'/.exec(column)?.[1] ?? []);
  const sequences = serial.map(
    (sequence) =>
      `CREATE SEQUENCE common_oltp.${sequence}\n    START WITH 1\n    INCREMENT BY 1\n    NO MINVALUE\n    NO MAXVALUE\n    CACHE 1;\n\n`,
  );
  return `--\n-- Name: ${name}; Type: TABLE; Schema: common_oltp; Owner: coder\n--\n\n${sequences.join('')}CREATE TABLE common_oltp.${quoted(name)} (
    ${columns.join(',\n    ')}
);


ALTER TABLE common_oltp.${quoted(name)} OWNER TO coder;

`;
}

/** `PK(a,b)`, `UNIQUE(a)`, `INDEX(a)` or `FK(a)->t(b)` as a statement. */
function keyStatement(table: string, key: string): string {
  const [, kind, columns, parent, parentColumns] = /^(PK|UNIQUE|INDEX|FK)\(([^)]+)\)(?:->(\w+)\((\w+)\))?$/.exec(key)!;
  const list = columns!
    .split(',')
    .map((column) => quoted(column.trim()))
    .join(', ');
  const slug = columns!.replace(/\W+/g, '_');
  if (kind === 'INDEX') return `CREATE INDEX ${table}_${slug}_idx ON common_oltp.${quoted(table)} USING btree (${list});\n\n`;
  const constraint =
    kind === 'PK'
      ? `PRIMARY KEY (${list})`
      : kind === 'UNIQUE'
        ? `UNIQUE (${list})`
        : `FOREIGN KEY (${list}) REFERENCES common_oltp.${quoted(parent!)}(${parentColumns})`;
  const name = kind === 'PK' ? `${table}_pkey` : `${table}_${slug}_${kind === 'FK' ? 'fk' : 'key'}`;
  return `ALTER TABLE ONLY common_oltp.${quoted(table)}\n    ADD CONSTRAINT ${name} ${constraint};\n\n`;
}

const HEADER = `--
-- PostgreSQL database dump
--

-- Dumped from database version 9.6.24
-- Dumped by pg_dump version 15.4

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: common_oltp; Type: SCHEMA; Schema: -; Owner: topcoder
--

CREATE SCHEMA common_oltp;


ALTER SCHEMA common_oltp OWNER TO topcoder;

SET default_tablespace = '';

CREATE SEQUENCE common_oltp.sequence_user_seq
    START WITH 88770000
    INCREMENT BY 1
    NO MAXVALUE
    CACHE 10;

ALTER TABLE common_oltp.sequence_user_seq OWNER TO coder;

CREATE SEQUENCE common_oltp.sequence_email_seq
    START WITH 70100000
    INCREMENT BY 1
    NO MAXVALUE
    CACHE 10;

ALTER TABLE common_oltp.sequence_email_seq OWNER TO coder;

`;

const GRANTS = `--
-- Name: SCHEMA common_oltp; Type: ACL; Schema: -; Owner: topcoder
--

GRANT ALL ON SCHEMA common_oltp TO coder;
GRANT USAGE ON SCHEMA common_oltp TO db_sales_im;
GRANT USAGE ON SCHEMA common_oltp TO pgsyncuser;
GRANT SELECT ON TABLE common_oltp."user" TO veredox, openaim, truveo, cockpit, winformula, openxtraz, qatcuser;
GRANT SELECT ON ALL TABLES IN SCHEMA common_oltp TO pgsyncuser;

--
-- PostgreSQL database dump complete
--
`;
