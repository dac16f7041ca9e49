/** What the demo expected of one step, and what happened. */
export type DemoStep = {
  expected: string
  /** Units of gas that the operation used, where one was included. */
  gasUsed?: string | undefined
  got: string
  name: string
  ok: boolean
}

export type DemoReport = {
  /** Adds a step, and prints it. */
  add: (step: DemoStep, notes?: readonly string[]) => void
  /** Prints a headline. */
  begin: (title: string) => void
  /** Prints a line of text. */
  say: (text: string) => void
  steps: readonly DemoStep[]
}

const width = 78

/**
 * Collects the steps of the demo.
 *
 * @param print - Called with each line; left out, nothing is printed
 */
export function createReport(
  print: ((line: string) => void) | undefined,
): DemoReport {
  const steps: DemoStep[] = []
  const write = (line: string) => print?.(line)

  return {
    add(step, notes = []) {
      steps.push(step)
      const gas = step.gasUsed ? `${formatGas(step.gasUsed)} gas` : ''
      const title = `  ${step.ok ? '✔' : '✘'} ${step.name}`
      write(`${title.padEnd(width - gas.length)}${gas}`.trimEnd())
      // Gas says by itself that an operation was included.
      const got = gas === '' ? [step.got] : []
      const facts = step.ok
        ? got
        : [`expected: ${step.expected}`, `got: ${step.got}`]
      for (const fact of [...facts, ...notes])
        for (const line of wrap(fact, width - 6)) write(`      ${line}`)
    },
    begin(title) {
      write('')
      write(title)
      write('─'.repeat(width))
    },
    say(text) {
      for (const line of wrap(text, width - 2)) write(`  ${line}`.trimEnd())
    },
    steps,
  }
}

/** Breaks a text into lines at its spaces. */
function wrap(text: string, length: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > length) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

function formatGas(gas: string): string {
  return Number(gas).toLocaleString('en-US')
}
