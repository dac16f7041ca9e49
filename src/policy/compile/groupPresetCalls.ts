import type { DocumentScalar } from '../document/conditionSchema.ts'
import type { DocumentPath } from '../document/path.ts'
import type { PresetAmount, PresetCall, PresetPin } from '../presets/preset.ts'
import { CompileFault } from './context.ts'

/** Calls that one `call` permits: every combination of the pins' values. */
export type PresetCallGroup = {
  call: PresetCall
  pins: readonly (Omit<PresetPin, 'value'> & {
    values: readonly DocumentScalar[]
  })[]
}

/**
 * Puts the calls of a preset together into as few as a policy can tell apart.
 *
 * Calls of one function of one contract are told apart by one argument. Where
 * that leaves several calls, their other pins become sets, which is right only
 * where all combinations of the sets' values are listed.
 */
export function groupPresetCalls(
  calls: readonly PresetCall[],
  path: DocumentPath,
): readonly PresetCallGroup[] {
  const functions = groupBy(calls, ({ contract, function: signature }) =>
    JSON.stringify([contract, signature]),
  )
  return functions.flatMap((alternatives) => {
    refuseSame(alternatives, path)
    const [first] = alternatives
    for (const { argument } of first?.pins ?? []) {
      const groups = tryGroup(alternatives, argument)
      if (groups !== undefined) return groups
    }
    if (first !== undefined && alternatives.length === 1)
      return [toGroup([first])]
    throw new CompileFault(
      [...path, ...(first?.path.slice(0, 1) ?? [])],
      'No one place tells these apart.',
      'Where several agree in one place, such as the first, list every combination of what they have in the others, or leave some out.',
    )
  })
}

function tryGroup(
  calls: readonly PresetCall[],
  argument: string,
): readonly PresetCallGroup[] | undefined {
  if (calls.some((call) => getValue(call, argument) === undefined))
    return undefined
  const groups = groupBy(calls, (call) => getValue(call, argument))
  return groups.every(isProduct) ? groups.map(toGroup) : undefined
}

function groupBy<element, key>(
  elements: readonly element[],
  getKey: (element: element) => key,
): readonly (readonly element[])[] {
  const groups = new Map<key, element[]>()
  for (const element of elements) {
    const key = getKey(element)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [element])
    else group.push(element)
  }
  return [...groups.values()]
}

/** Whether calls are all combinations of their pins, and differ in no more. */
function isProduct(calls: readonly PresetCall[]): boolean {
  if (new Set(calls.map(getRest)).size > 1) return false
  const combinations = toGroup(calls).pins.reduce(
    (count, { values }) => count * values.length,
    1,
  )
  return combinations === calls.length
}

function toGroup(calls: readonly PresetCall[]): PresetCallGroup {
  const [call] = calls as readonly [PresetCall, ...PresetCall[]]
  return {
    call,
    pins: call.pins.map(({ argument, path }) => ({
      argument,
      path,
      values: [
        ...new Set(calls.flatMap((one) => getValue(one, argument) ?? [])),
      ],
    })),
  }
}

function getValue(
  { pins }: PresetCall,
  argument: string,
): DocumentScalar | undefined {
  return pins.find((pin) => pin.argument === argument)?.value
}

/** What calls of one group agree in: the pinned arguments, and all else. */
function getRest({ amounts, pins, where }: PresetCall): string {
  return JSON.stringify([
    pins.map(({ argument }) => argument),
    amounts.map(getBounds),
    where,
  ])
}

/** One base unit is the same word for every token. */
function getBounds({ path: _, ...amount }: PresetAmount): unknown {
  const { argument, least, most, spends } = amount
  return least === undefined && most === undefined && spends === undefined
    ? argument
    : amount
}

function refuseSame(calls: readonly PresetCall[], path: DocumentPath): void {
  const known = new Set<string>()
  for (const call of calls) {
    const key = JSON.stringify(
      call.pins.map(({ argument, value }) => [argument, value]),
    )
    if (known.has(key))
      throw new CompileFault(
        [...path, ...call.path],
        'It is there already.',
        'State it once.',
      )
    known.add(key)
  }
}
