import type { SignedWindow } from '../../src/types/signedWindow.ts'

/** First second of the days that are measured: 2027-01-04 UTC, a Monday. */
const firstDay = 1_799_020_800

const day = 86_400
const hour = 3_600

/**
 * Time of the first block of a day, in Unix seconds. It is fixed, and so are
 * the keys: every byte of an operation is, and every unit of gas.
 */
export function getStart(dayIndex: number): number {
  return firstDay + dayIndex * day + 12 * hour
}

/** Number of a day, counted from 1970-01-01. */
export function getDay(dayIndex: number): number {
  return firstDay / day + dayIndex
}

/** Window that is signed with the operations of a day. */
export function getWindow(dayIndex: number): SignedWindow {
  const validAfter = getStart(dayIndex) - hour / 4
  return { validAfter, validUntil: validAfter + hour }
}
