import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { configSchema, keyAt, withoutWrapping } from '../../../src/experiment/config/schema.js'
import { generatorKinds } from '../../../src/generator/registry.js'

interface Key {
  readonly place: string
  readonly schema: z.ZodType
}

/** Every key that has a value of its own, and the sections around them. */
const { keys, sections } = walk(configSchema)

describe('the schema of the configuration', () => {
  it('has a sentence on every key and every section', () => {
    const silent = [...keys, ...sections].filter(({ schema }) => !/^\S.{9,}\.$/s.test(schema.meta()?.description ?? ''))
    expect(silent.map(({ place }) => place)).toEqual([])
  })

  it('has no keys by the words that every object knows', () => {
    expect(() => keyAt('constructor')).toThrow('the configuration has no key constructor')
    expect(() => keyAt('search.toString')).toThrow('the configuration has no key search.toString')
  })

  it('has a unit for every number but seeds', () => {
    const bare = keys.filter(({ schema }) => isNumber(schema) && schema.meta()?.unit === undefined)
    expect(bare.map(({ place }) => place)).toEqual(['seed', 'split.seed'])
  })

  it('has a default for every key but the dataset, and takes it', () => {
    const without = keys.filter(({ schema }) => !schema.safeParse(undefined).success)
    // Of a kind of generator: its name, the folder of images made elsewhere, and the program.
    const needed = ['dataset', 'generator.command', 'generator.from', ...generatorKinds.map(() => 'generator.kind')]
    expect(without.map(({ place }) => place).sort()).toEqual(needed.sort())
    for (const { place, schema } of keys.filter((key) => !needed.includes(key.place)))
      expect(schema.safeParse(schema.parse(undefined)).success, place).toBe(true)
  })
})

function walk(schema: z.ZodObject, before = ''): { keys: Key[]; sections: Key[] } {
  const found: { keys: Key[]; sections: Key[] } = { keys: [], sections: [] }
  for (const [name, at] of Object.entries(schema.shape) as [string, z.ZodType][]) {
    const place = `${before}${name}`
    const inner = withoutWrapping(at)
    if (inner instanceof z.ZodDiscriminatedUnion) {
      for (const kind of inner.options as z.ZodObject[]) found.keys.push(...walk(kind, `${place}.`).keys)
      found.sections.push({ place, schema: at })
    } else if (inner instanceof z.ZodObject) {
      const below = walk(inner, `${place}.`)
      found.sections.push({ place, schema: at }, ...below.sections)
      found.keys.push(...below.keys)
    } else found.keys.push({ place, schema: at })
  }
  return found
}

/** Whether a key holds a number, or several. */
function isNumber(schema: z.ZodType): boolean {
  const inner = withoutWrapping(schema)
  if (inner instanceof z.ZodTuple) return (inner.def.items as z.ZodType[]).some(isNumber)
  if (inner instanceof z.ZodUnion) return (inner.options as z.ZodType[]).some(isNumber)
  return inner instanceof z.ZodNumber || (inner instanceof z.ZodLiteral && inner.values.has(0 as never))
}
