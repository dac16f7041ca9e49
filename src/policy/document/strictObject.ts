import { z } from 'zod'

/** An object in which an unknown key is an error that names the known ones. */
export function strictObject<shape extends z.core.$ZodLooseShape>(
  shape: shape,
) {
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined
      const keys = issue.keys.map((key) => `\`${key}\``).join(', ')
      const known = Object.keys(shape).filter((key) => key !== '$schema')
      return `${keys} means nothing here.\nThe keys are: ${known.join(', ')}.`
    },
  })
}
