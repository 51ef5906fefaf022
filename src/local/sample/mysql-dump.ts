import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { AUTHORIZATION_TABLES } from './authorization-tables.ts';
import type { Value } from './pg-dump.ts';

/** Bytes of one INSERT at the most: below every server's max_allowed_packet. */
const STATEMENT_BYTES = 512 << 10;

/** Writes database authorization_db as mysqldump does. Its SQL mode lets zero, partial and impossible dates in, as they once were. */
export class MysqlDump {
  readonly #out: WriteStream;

  constructor(path: string) {
    this.#out = createWriteStream(path);
  }

  async open(): Promise<void> {
    await this.#write(HEADER);
  }

  async table(name: keyof typeof AUTHORIZATION_TABLES, rows: Iterable<readonly Value[]>): Promise<void> {
    await this.#write(
      `--\n-- Table structure for table \`${name}\`\n--\n\nDROP TABLE IF EXISTS \`${name}\`;\n${AUTHORIZATION_TABLES[name]}\n\n`,
    );
    await this.#write(
      `--\n-- Dumping data for table \`${name}\`\n--\n\nLOCK TABLES \`${name}\` WRITE;\n/*!40000 ALTER TABLE \`${name}\` DISABLE KEYS */;\n`,
    );
    const start = `INSERT INTO \`${name}\` VALUES `;
    let statement = '';
    for (const row of rows) {
      const tuple = `(${row.map(mysqlLiteral).join(',')})`;
      if (statement.length + tuple.length > STATEMENT_BYTES) {
        await this.#write(`${statement};\n`);
        statement = '';
      }
      statement += statement === '' ? start + tuple : `,${tuple}`;
    }
    if (statement !== '') await this.#write(`${statement};\n`);
    await this.#write(`/*!40000 ALTER TABLE \`${name}\` ENABLE KEYS */;\nUNLOCK TABLES;\n\n`);
  }

  async close(): Promise<void> {
    await this.#write(FOOTER);
    this.#out.end();
    await once(this.#out, 'finish');
  }

  async #write(text: string): Promise<void> {
    if (!this.#out.write(text)) await once(this.#out, 'drain');
  }
}

export function mysqlLiteral(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number') return String(value);
  return `'${value.replace(SPECIAL, (character) => ESCAPES[character]!)}'`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "'": "\\'",
  '"': '\\"',
  '\\': '\\\\',
  '\0': '\\0',
  '\n': '\\n',
  '\r': '\\r',
  '\x1a': '\\Z',
};

const SPECIAL = new RegExp(
  `[${Object.keys(ESCAPES)
    .map((character) => `\\u{${character.codePointAt(0)!.toString(16)}}`)
    .join('')}]`,
  'gu',
);

const HEADER = `-- MySQL dump 10.13  Distrib 8.0.34, for Linux (x86_64)
--
-- Host: localhost    Database: authorization_db
-- ------------------------------------------------------
-- Server version\t8.0.34

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;
/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;
/*!50503 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES' */;

`;

const FOOTER = `/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;
/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40101 SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS */;
/*!40101 SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION */;

-- Dump completed on 2025-11-30  2:00:01
`;
