import { readFileSync, writeFileSync } from 'node:fs'

const page = new URL('../../docs/benchmarks.md', import.meta.url)

const marks = /(<!-- results -->\n).*(<!-- \/results -->)/s

/** Puts results into `docs/benchmarks.md`, in the place of those before. */
export function writePage(results: string): void {
  const text = readFileSync(page, 'utf8')
  writeFileSync(
    page,
    text.replace(marks, (_, start, end) => `${start}\n${results}\n${end}`),
  )
}
