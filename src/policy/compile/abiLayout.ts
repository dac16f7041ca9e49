import type { AbiParameter } from 'viem'

/** Name of a parameter, or its index. */
export function getName({ name }: AbiParameter, index: number): string {
  return name === undefined || name === '' ? String(index) : name
}

/** Type of an array's elements. */
export function getElement(parameter: AbiParameter): AbiParameter {
  return {
    ...parameter,
    name: '',
    type: parameter.type.replace(/\[\d*\]$/, ''),
  }
}

/** Members of a tuple or elements of a fixed array; undefined for others. */
export function getMembers(
  parameter: AbiParameter,
): readonly AbiParameter[] | undefined {
  const fixed = /\[(\d+)\]$/.exec(parameter.type)
  if (fixed !== null)
    return Array.from({ length: Number(fixed[1]) }, () => getElement(parameter))
  if (parameter.type !== 'tuple') return undefined
  return 'components' in parameter ? parameter.components : []
}

/** Whether the head holds only an offset of it. */
export function isDynamic(parameter: AbiParameter): boolean {
  const { type } = parameter
  if (type === 'bytes' || type === 'string' || type.endsWith('[]')) return true
  return getMembers(parameter)?.some(isDynamic) ?? false
}

/** Words of a static type. */
export function getWords(parameter: AbiParameter): number {
  const members = getMembers(parameter)
  return members === undefined ? 1 : getHeadWords(members)
}

/** Words of the ABI head of some parameters. */
export function getHeadWords(parameters: readonly AbiParameter[]): number {
  return parameters.reduce(
    (words, parameter) =>
      words + (isDynamic(parameter) ? 1 : getWords(parameter)),
    0,
  )
}

/** Words of the region that a pointer to the parameter opens. */
export function getRegionWords(parameter: AbiParameter): number {
  const members = getMembers(parameter)
  return members === undefined ? 1 : getHeadWords(members)
}
