import { readFileSync } from 'node:fs'

/** An error as an interface declares it. */
export type SolidityError = {
  readonly file: string
  readonly name: string
  readonly parameters: readonly {
    readonly name: string
    readonly type: string
  }[]
}

/** Reads every error of the contracts, by its name. */
export function readSolidityErrors(): ReadonlyMap<string, SolidityError> {
  return new Map(
    ['IPolicyErrors', 'IPolicyStore', 'IPolicyValidator']
      .flatMap((name) => readInterface(`contracts/interfaces/${name}.sol`))
      .map((error) => [error.name, error]),
  )
}

/** Reads the errors that an interface declares. */
function readInterface(file: string): readonly SolidityError[] {
  const source = readFileSync(file, 'utf8')
    .replace(/\/\/.*$/gm, '')
    .replace(/\/\*[\s\S]*?\*\//g, '')
  return [...source.matchAll(/\berror\s+(\w+)\s*\(([^)]*)\)\s*;/g)].map(
    ([, name = '', list = '']) => ({
      file,
      name,
      parameters: list
        .split(',')
        .map((parameter) => parameter.trim().split(/\s+/))
        .filter(([type]) => type)
        .map(([type = '', parameter = '']) => ({ name: parameter, type })),
    }),
  )
}

/** Writes an error as Solidity declares it. */
export function getSignature({ name, parameters }: SolidityError): string {
  const list = parameters.map(
    (parameter) => `${parameter.type} ${parameter.name}`,
  )
  return `${name}(${list.join(', ')})`
}
