import { createFinding, type PolicyFinding } from './finding.ts'
import type { LintCheck } from './lintContext.ts'

/** Letters of other scripts, and digits, that look like Latin ones. */
const lookalikes: ReadonlyMap<string, string> = new Map(
  [
    ['a', 'аɑα'],
    ['b', 'ЬВΒƄ'],
    ['c', 'сСϲ'],
    ['d', 'ԁ'],
    ['e', 'еЕΕ'],
    ['h', 'һНΗ'],
    ['i', 'іІΙιı1lL|ӏӀ'],
    ['j', 'јЈ'],
    ['k', 'кКΚκ'],
    ['m', 'мМΜ'],
    ['n', 'Νη'],
    ['o', 'оОΟο0'],
    ['p', 'рРΡρ'],
    ['q', 'ԛ'],
    ['s', 'ѕЅ'],
    ['t', 'тТΤτ'],
    ['u', 'υս'],
    ['v', 'νѵ'],
    ['w', 'ԝ'],
    ['x', 'хХΧχ'],
    ['y', 'уУΥγ'],
    ['z', 'Ζ'],
  ].flatMap(([letter = '', others = '']) =>
    [...others].map((other) => [other, letter] as const),
  ),
)

/** What a name looks like, at a glance. */
function getLook(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '')
  return [...plain]
    .map((letter) => lookalikes.get(letter) ?? letter)
    .join('')
    .toLowerCase()
    .replaceAll('l', 'i')
}

/** Names that one may take for each other, or for what they are not. */
export const lintLookalikes: LintCheck = ({ document }) => {
  const { assets, contracts = {}, groups = [], sets = {} } = document
  const places = [
    ...Object.entries({ assets, contracts, sets }).flatMap(([section, names]) =>
      Object.keys(names).map((name) => ({
        name,
        path: `${section}.${/^[\w$-]+$/.test(name) ? name : JSON.stringify(name)}`,
      })),
    ),
    ...groups.map((name, index) => ({ name, path: `groups[${index}]` })),
  ]
  return places.flatMap(({ name, path }, index): readonly PolicyFinding[] => {
    const others = places.filter(
      (place, at) =>
        at < index &&
        place.name !== name &&
        getLook(place.name) === getLook(name),
    )
    const [other] = others
    if (other !== undefined)
      return [
        createFinding(
          'NAME_LOOKS_ALIKE',
          path,
          `"${name}" looks like "${other.name}", and stands for something else.`,
        ),
      ]
    const isMixed =
      /\p{Script=Latin}/u.test(name) &&
      /[\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Cyrillic}\p{Script=Greek}]/u.test(
        name,
      )
    if (!isMixed) return []
    return [
      createFinding(
        'NAME_LOOKS_ALIKE',
        path,
        `"${name}" has letters of several alphabets, some of which look alike.`,
      ),
    ]
  })
}
