import type { CompileContext } from './context.ts'

/** Refuses a name that stands for two things, and a second native asset. */
export function refuseNames({ document, faults }: CompileContext): void {
  const { assets, chains, contracts = {}, sets = {} } = document
  const refuse = (table: string, name: string, message: string, fix: string) =>
    faults.push({ fix, message, path: [table, name] })

  for (const name of Object.keys(contracts))
    if (Object.hasOwn(assets, name))
      refuse(
        'contracts',
        name,
        `"${name}" is an asset too.`,
        'Give one of them another name.',
      )
  for (const name of Object.keys(sets))
    if (Object.hasOwn(assets, name) || Object.hasOwn(contracts, name))
      refuse(
        'sets',
        name,
        `"${name}" is an asset or a contract too.`,
        'Give one of them another name.',
      )
  const natives = Object.entries(assets).filter(
    ([, { type }]) => type === 'native',
  )
  for (const [symbol] of natives.slice(1))
    refuse(
      'assets',
      symbol,
      'There is a native asset already.',
      'Name it once.',
    )
  chains.forEach((chain, index) => {
    if (chains.indexOf(chain) !== index)
      faults.push({
        fix: 'Name it once.',
        message: `${chain} is there twice.`,
        path: ['chains', index],
      })
  })
}
