import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'

import { getLooseMode } from '../../node/getLooseMode.ts'
import { getSystemReason } from '../../node/getSystemReason.ts'
import {
  createPrivateFile,
  type Database,
  getSchemaVersion,
  openDatabase,
} from '../../node/openDatabase.ts'
import { openStates } from '../approvalStates.ts'
import { ApprovalFileError } from '../errors.ts'

/** Version of the tables, kept in the file. */
const schemaVersion = 1

const schema = `
  CREATE TABLE IF NOT EXISTS request (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    digest TEXT NOT NULL UNIQUE,
    chainId INTEGER NOT NULL,
    account TEXT NOT NULL,
    agent TEXT NOT NULL,
    nonce TEXT NOT NULL,
    deadline INTEGER NOT NULL,
    request TEXT NOT NULL,
    held TEXT NOT NULL,
    note TEXT,
    state TEXT NOT NULL,
    reason TEXT,
    userOpHash TEXT,
    transactionHash TEXT,
    createdAt INTEGER NOT NULL,
    updatedAt INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS holder
    ON request (chainId, account, nonce)
    WHERE state IN (${openStates.map((state) => `'${state}'`).join(', ')});
  CREATE INDEX IF NOT EXISTS byState ON request (state, chainId, deadline);
  CREATE TABLE IF NOT EXISTS decision (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    digest TEXT NOT NULL REFERENCES request (digest),
    approver TEXT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('approved', 'denied')),
    onChain INTEGER NOT NULL,
    signature TEXT,
    reason TEXT,
    decidedAt INTEGER NOT NULL,
    UNIQUE (digest, approver)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS change (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    digest TEXT NOT NULL REFERENCES request (digest),
    act TEXT NOT NULL,
    state TEXT NOT NULL,
    changedAt INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS changeOf ON change (digest);
  CREATE TABLE IF NOT EXISTS event (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    digest TEXT NOT NULL REFERENCES request (digest),
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS eventOf ON event (digest);
  CREATE TABLE IF NOT EXISTS endpoint (
    name TEXT PRIMARY KEY,
    since INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS delivery (
    endpoint TEXT NOT NULL REFERENCES endpoint (name),
    event INTEGER NOT NULL REFERENCES event (position),
    state TEXT NOT NULL
      CHECK (state IN ('waiting', 'delivered', 'abandoned')),
    attempts INTEGER NOT NULL,
    dueAt INTEGER NOT NULL,
    leasedUntil INTEGER NOT NULL,
    failure TEXT,
    PRIMARY KEY (endpoint, event)
  ) STRICT;
  PRAGMA user_version = ${schemaVersion};`

/** How often to try to switch to the write-ahead log, and how long to wait between. */
const switchAttempts = 100
/** In milliseconds. */
const switchPause = 50

/**
 * Opens the file of a store, and creates it where needed, for this user alone.
 *
 * @param directory - Folder that only this user may open
 */
export function openApprovalDatabase(directory: string): Database {
  const path = join(directory, 'approvals.sqlite')
  createPrivately(path)
  return openDatabase(path, ({ connection, transact }) => {
    connection.exec('PRAGMA secure_delete = ON;')
    useWriteAheadLog(connection)
    transact(() => {
      getSchemaVersion({ connection, path }, schemaVersion, (message) =>
        refuse(
          message,
          'Use that version again, or a newer one. Do not delete the file: it has the requests that are open.',
        ),
      )
      connection.exec(schema)
    })
  })
}

function createPrivately(path: string): void {
  let mode: number
  try {
    mode = createPrivateFile(path)
  } catch (error) {
    throw refuse(
      `The file ${path} cannot be opened: ${getSystemReason(error)}.`,
      'Pass a folder that exists and that this user may write to.',
    )
  }
  const looseMode = getLooseMode(mode)
  if (looseMode)
    throw refuse(
      `Others than its owner may open ${path} (mode ${looseMode}).`,
      `Run \`chmod 600 ${path}\`, and find out who may have changed it.`,
    )
}

/**
 * The switch needs the file alone, and SQLite does not wait for that. The mode is
 * kept in the file, so that whoever is first makes it for all.
 */
function useWriteAheadLog(connection: DatabaseSync): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;')
      return
    } catch (error) {
      const isBusy = /locked|busy/i.test((error as Error).message)
      if (!isBusy || attempt === switchAttempts) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, switchPause)
    }
  }
}

function refuse(message: string, fix: string): ApprovalFileError {
  return new ApprovalFileError({ field: 'directory', fix, message })
}
