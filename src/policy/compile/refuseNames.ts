import { encodeAsset } from '../format/encodePolicy.ts'
import { attempt, type CompileContext } from './context.ts'
import { getAsset } from './createAssetTable.ts'

/** Refuses a name that stands for two things, and two names for one asset. */
export function refuseNames(context: CompileContext): void {
  const { document, faults } = context
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
  refuseSameAssets(context)
  chains.forEach((chain, index) => {
    if (chains.indexOf(chain) !== index)
      faults.push({
        fix: 'Name it once.',
        message: `${chain} is there twice.`,
        path: ['chains', index],
      })
  })
}

/** Decimals tell no assets apart: a token has but one number of them. */
function refuseSameAssets(context: CompileContext): void {
  const symbols = new Map<string, string>()
  for (const [symbol, { type }] of Object.entries(context.document.assets)) {
    if (type === 'native') continue
    // What has no address on this chain is refused where it is used.
    const asset = attempt({ faults: [] }, () =>
      getAsset(context, symbol, ['assets', symbol]),
    )
    if (asset === undefined) continue
    const key = encodeAsset(asset)
    const known = symbols.get(key)
    if (known === undefined) symbols.set(key, symbol)
    else
      context.faults.push({
        fix: 'Name it once.',
        message: `"${symbol}" and "${known}" are the same asset.`,
        path: ['assets', symbol],
      })
  }
}
