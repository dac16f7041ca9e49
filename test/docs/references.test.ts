import { existsSync, globSync, readFileSync } from 'node:fs'
import { expect } from 'chai'

const read = (name: string) => readFileSync(`docs/${name}`, 'utf8')

/** Names of tests in a document, such as `attacks/time.test.ts` or `Calls.t.sol`. */
const getTests = (text: string) =>
  [...text.matchAll(/`([\w/*]+\.(?:test\.ts|t\.sol))`/g)].map(
    ([, name = '']) => name,
  )

const isThere = (name: string) =>
  name.endsWith('.t.sol')
    ? globSync(`test/contracts/**/${name}`).length > 0
    : globSync(`test/${name}`).length > 0

describe('the documents of invariants and threats', () => {
  for (const document of ['invariants.md', 'threat-model.md'])
    it(`${document} names tests that exist`, () => {
      const tests = getTests(read(document))
      expect(tests.length).to.be.greaterThan(20)
      expect(tests.filter((name) => !isThere(name))).to.deep.equal([])
    })

  it('invariants.md names functions that exist, which name the law', () => {
    const rows = read('invariants.md').matchAll(
      /^\| (INV-\d+) \|.*\| ([^|]*) \| [^|]* \|$/gm,
    )
    const missing: string[] = []
    let count = 0
    for (const [, law = '', kept = ''] of rows)
      for (const [, name = '', member] of kept.matchAll(
        /`([A-Z][a-z]\w*)(?:\.(\w+))?`/g,
      )) {
        count += 1
        const file = `${name.replace(/Lib$/, '')}.sol`
        const [path] = [
          ...globSync(`contracts/**/${name}.sol`),
          ...globSync(`contracts/**/${file}`),
        ]
        const source = path === undefined ? '' : readFileSync(path, 'utf8')
        const isNamed =
          new RegExp(`${law}\\b`).test(source) &&
          (member === undefined || source.includes(`function ${member}(`))
        if (!isNamed) missing.push(`${law} in ${name}`)
      }
    expect(count).to.be.greaterThan(40)
    expect(missing).to.deep.equal([])
  })

  it('threat-model.md names laws that exist', () => {
    const laws = new Set(read('invariants.md').match(/^\| INV-\d+/gm))
    const named = read('threat-model.md').match(/INV-\d+/g) ?? []
    expect(named.length).to.be.greaterThan(20)
    expect(named.filter((law) => !laws.has(`| ${law}`))).to.deep.equal([])
  })

  it('threat-model.md names every test of attacks', () => {
    const named = new Set(getTests(read('threat-model.md')))
    const there = globSync('test/attacks/*.test.ts').map((file) =>
      file.replace('test/', ''),
    )
    expect(there.filter((name) => !named.has(name))).to.deep.equal([])
  })

  it('threat-model.md links documents that exist', () => {
    const links = [...read('threat-model.md').matchAll(/\]\(([\w-]+\.md)\)/g)]
    expect(links).to.not.have.length(0)
    expect(
      links.filter(([, name = '']) => !existsSync(`docs/${name}`)),
    ).to.deep.equal([])
  })
})
