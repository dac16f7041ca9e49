import { buildInterval } from './buildPolicy.ts'
import { payments, sections } from './samples.ts'
import { useStore } from './useStore.ts'

describe('PolicyStore: schedule', () => {
  const chain = useStore()

  // INV-24.
  describe('weekly windows', () => {
    const withWeekly = (...weekly: [number, number][]) => ({
      ...payments,
      weekly: weekly.map(([start, end]) => buildInterval(start, end, 3)),
    })

    it('accepts windows that do not touch', () =>
      chain.expectAccepted(withWeekly([0, 1], [2, 3], [5, 604_800])))
    it('refuses an empty window', () =>
      chain.expectRefusal(
        withWeekly([5, 5]),
        'RecordInvalid',
        sections.weekly,
        0n,
      ))
    it('refuses a window that ends before it begins', () =>
      chain.expectRefusal(
        withWeekly([1, 2], [6, 5]),
        'RecordInvalid',
        sections.weekly,
        1n,
      ))
    it('refuses a window beyond the week', () =>
      chain.expectRefusal(
        withWeekly([0, 604_801]),
        'RecordInvalid',
        sections.weekly,
        0n,
      ))
    it('refuses windows out of order', () =>
      chain.expectRefusal(
        withWeekly([10, 20], [1, 2]),
        'RecordNotAscending',
        sections.weekly,
        1n,
      ))
    it('refuses windows that overlap', () =>
      chain.expectRefusal(
        withWeekly([10, 20], [19, 30]),
        'RecordNotAscending',
        sections.weekly,
        1n,
      ))
    it('refuses windows that touch', () =>
      chain.expectRefusal(
        withWeekly([10, 20], [20, 30]),
        'RecordNotAscending',
        sections.weekly,
        1n,
      ))
  })

  // INV-24.
  describe('blackouts', () => {
    const withBlackouts = (...blackouts: [number, number][]) => ({
      ...payments,
      blackouts: blackouts.map(([start, end]) => buildInterval(start, end, 6)),
    })

    it('accepts blackouts that do not touch', () =>
      chain.expectAccepted(withBlackouts([0, 1], [2, 2 ** 47 - 1])))
    it('refuses an empty blackout', () =>
      chain.expectRefusal(
        withBlackouts([5, 5]),
        'RecordInvalid',
        sections.blackouts,
        0n,
      ))
    it('refuses a blackout that ends before it begins', () =>
      chain.expectRefusal(
        withBlackouts([6, 5]),
        'RecordInvalid',
        sections.blackouts,
        0n,
      ))
    it('refuses a blackout in block numbers', () =>
      chain.expectRefusal(
        withBlackouts([0, 2 ** 47]),
        'RecordInvalid',
        sections.blackouts,
        0n,
      ))
    it('refuses blackouts out of order', () =>
      chain.expectRefusal(
        withBlackouts([10, 20], [1, 2]),
        'RecordNotAscending',
        sections.blackouts,
        1n,
      ))
    it('refuses blackouts that overlap', () =>
      chain.expectRefusal(
        withBlackouts([10, 20], [19, 30]),
        'RecordNotAscending',
        sections.blackouts,
        1n,
      ))
    it('refuses blackouts that touch', () =>
      chain.expectRefusal(
        withBlackouts([10, 20], [20, 30]),
        'RecordNotAscending',
        sections.blackouts,
        1n,
      ))
  })
})
