import { expect } from 'chai'

import { describeContents } from '../../src/accounts/describeContents.ts'

const text = [{ name: 'text', type: 'string' }]

describe('describeContents', () => {
  it('describes a type by its fields', () => {
    expect(
      describeContents({
        primaryType: 'Mail',
        types: { Mail: [...text, { name: 'size', type: 'uint256' }] },
      }),
    ).to.equal('Mail(string text,uint256 size)')
  })

  it('sorts the types that it refers to, and leaves out the others', () => {
    expect(
      describeContents({
        primaryType: 'Mail',
        types: {
          Mail: [
            { name: 'to', type: 'Person[]' },
            { name: 'notes', type: 'Note[2][]' },
          ],
          Note: text,
          Other: text,
          Person: [{ name: 'note', type: 'Note' }],
        },
      }),
    ).to.equal(
      'Mail(Person[] to,Note[2][] notes)Note(string text)Person(Note note)',
    )
  })

  it('names the type where another one stands first', () => {
    expect(
      describeContents({
        primaryType: 'Lever',
        types: { Cap: text, Lever: [{ name: 'caps', type: 'Cap[]' }] },
      }),
    ).to.equal('Cap(string text)Lever(Cap[] caps)Lever')
  })

  it('ends where a type refers to itself', () => {
    expect(
      describeContents({
        primaryType: 'Tree',
        types: { Tree: [{ name: 'branches', type: 'Tree[]' }] },
      }),
    ).to.equal('Tree(Tree[] branches)')
  })
})
