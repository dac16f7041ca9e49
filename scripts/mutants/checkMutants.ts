import { existsSync, readFileSync } from 'node:fs'

import { ghostModel, type Mutant } from './mutant.ts'

function findFaults(
  { file, find, law, name, replace, tests = [ghostModel] }: Mutant,
  laws: readonly string[],
): string[] {
  const isKnown = law.startsWith('INV-')
    ? laws.includes(law)
    : existsSync(`docs/${law}`)
  const times = readFileSync(file, 'utf8').split(find).length - 1
  return [
    ...(isKnown ? [] : [`${law} is no law`]),
    ...(times === 1 ? [] : [`${file} has its text ${times} times, not once`]),
    ...(find === replace ? ['it changes nothing'] : []),
    ...tests
      .filter((test) => !existsSync(test))
      .map((test) => `${test} does not exist`),
  ].map((fault) => `${name}: ${fault}.`)
}

/**
 * Says which bugs cannot be planted in the contracts as they are, and which laws
 * have none.
 */
export function checkMutants(mutants: readonly Mutant[]): string[] {
  const laws = [
    ...readFileSync('docs/invariants.md', 'utf8').matchAll(
      /^\| (INV-\d+) \|/gm,
    ),
  ].map(([, law = '']) => law)
  const names = mutants.map(({ name }) => name)
  return [
    ...laws
      .filter((law) => mutants.every((mutant) => mutant.law !== law))
      .map((law) => `${law}: no bug breaks it.`),
    ...names
      .filter((name, index) => names.indexOf(name) !== index)
      .map((name) => `${name}: two have this name.`),
    ...mutants.flatMap((mutant) => findFaults(mutant, laws)),
  ]
}
