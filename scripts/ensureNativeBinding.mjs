// Installs Hardhat's native binding where npm skipped it.
//
// npm leaves out an optional dependency whose `engines` do not match the Node
// that runs npm, although the scripts of this project run on the newer Node
// that is one of its dependencies. Nothing to do on Node 22 and later.
import { execSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

const edrFolder = 'node_modules/@nomicfoundation/edr'

if (existsSync(edrFolder)) {
  const libc =
    process.platform !== 'linux'
      ? ''
      : process.report.getReport().header.glibcVersionRuntime
        ? '-gnu'
        : '-musl'
  const binding = `${edrFolder}-${process.platform}-${process.arch}${libc}`

  if (!existsSync(binding)) {
    const { version } = JSON.parse(readFileSync(`${edrFolder}/package.json`))
    const name = binding.slice('node_modules/'.length)
    execSync(`npm install --no-save --ignore-scripts ${name}@${version}`, {
      stdio: 'inherit',
    })
  }
}
