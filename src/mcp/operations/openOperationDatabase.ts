import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'

import {
  createPrivateFile,
  type Database,
  getSchemaVersion,
  openDatabase,
} from '../../node/openDatabase.ts'
import { ConfigurationError } from '../errors.ts'

/** Version of the tables, kept in the file. The first one had none. */
const schemaVersion = 2

const schema = `
  CREATE TABLE IF NOT EXISTS operation (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    callsHash TEXT NOT NULL,
    calls TEXT NOT NULL,
    createdAt INTEGER NOT NULL,
    block TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'released', 'settled')),
    lane INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    nonce TEXT NOT NULL,
    outcome TEXT,
    inputHash TEXT,
    PRIMARY KEY (scope, key)
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS holder
    ON operation (scope, nonce) WHERE state = 'open';
  CREATE TABLE IF NOT EXISTS attempt (
    userOpHash TEXT NOT NULL,
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    nonce TEXT NOT NULL,
    validUntil INTEGER NOT NULL,
    prepared TEXT NOT NULL,
    sent INTEGER NOT NULL,
    PRIMARY KEY (scope, key, userOpHash, validUntil),
    FOREIGN KEY (scope, key) REFERENCES operation (scope, key)
  ) STRICT;
  PRAGMA user_version = ${schemaVersion};`

/** Moves the records of the first version, of which none is lost. */
const migration = `
  ALTER TABLE operation ADD COLUMN inputHash TEXT;
  ALTER TABLE attempt RENAME TO attempt_1;
  ${schema}
  INSERT INTO attempt
    (userOpHash, scope, key, nonce, validUntil, prepared, sent)
    SELECT userOpHash, scope, key, nonce, validUntil, prepared, sent
    FROM attempt_1 ORDER BY rowid;
  DROP TABLE attempt_1;`

/**
 * Opens the file of the operations, and creates it where needed, for this user
 * alone.
 *
 * @param directory - Folder that only this user may open
 */
export function openOperationDatabase(directory: string): Database {
  const path = join(directory, 'operations.sqlite')
  createPrivateFile(path)
  return openDatabase(path, ({ connection, transact }) => {
    connection.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA;')
    transact(() => connection.exec(getChanges(connection, path)))
  })
}

/** Returns what brings the tables of a file to this version. */
function getChanges(connection: DatabaseSync, path: string): string {
  const found = getSchemaVersion(
    { connection, path },
    schemaVersion,
    (message) =>
      new ConfigurationError({
        issues: [
          {
            fix: 'Use that version again, or a newer one. Do not delete the file: a retry could pay again.',
            message,
            variable: 'directory',
          },
        ],
      }),
  )
  const isFirst =
    found === 0 &&
    connection
      .prepare("SELECT 1 FROM sqlite_schema WHERE name = 'attempt'")
      .get() !== undefined
  return isFirst ? migration : schema
}
