import { closeSync, fstatSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/** How long to wait for another process to finish its change, in milliseconds. */
const busyTimeout = 10_000

/** One connection to a file of records. */
export type Database = {
  connection: DatabaseSync
  /** Runs a change as one transaction that no other process interrupts. */
  transact: <result>(change: () => result) => result
}

/**
 * Creates a file for this user alone where there is none. Whatever else SQLite
 * puts beside it has the file's mode.
 *
 * @param path - File, in a folder that is there
 * @returns Mode of the file, which may be older and looser
 */
export function createPrivateFile(path: string): number {
  const file = openSync(path, 'a', 0o600)
  try {
    return fstatSync(file).mode
  } finally {
    closeSync(file)
  }
}

/**
 * Opens a file of records.
 *
 * @param path - File, see `createPrivateFile`
 * @param prepare - Brings the connection's settings and the file's tables to what
 * the caller needs. When it throws, the connection is closed.
 */
export function openDatabase(
  path: string,
  prepare: (database: Database) => void,
): Database {
  const connection = new DatabaseSync(path)

  function transact<result>(change: () => result): result {
    connection.exec('BEGIN IMMEDIATE')
    try {
      const result = change()
      connection.exec('COMMIT')
      return result
    } catch (error) {
      connection.exec('ROLLBACK')
      throw error
    }
  }

  const database = { connection, transact }
  try {
    connection.exec(
      `PRAGMA busy_timeout = ${busyTimeout}; PRAGMA foreign_keys = ON;`,
    )
    prepare(database)
  } catch (error) {
    connection.close()
    throw error
  }
  return database
}

/**
 * Returns the version of the tables that a file keeps, 0 where it keeps none.
 *
 * @param database - Connection to the file at `path`
 * @param known - Newest version that the caller knows
 * @param toError - Makes the error that is thrown where the version is newer
 */
export function getSchemaVersion(
  { connection, path }: { connection: DatabaseSync; path: string },
  known: number,
  toError: (message: string) => Error,
): number {
  const found = Number(
    connection.prepare('PRAGMA user_version').get()?.user_version ?? 0,
  )
  if (found > known)
    throw toError(
      `The records in ${path} were written by a newer version (schema ${found}, this one knows ${known}).`,
    )
  return found
}
