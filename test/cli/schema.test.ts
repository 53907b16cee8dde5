import { describe, expect, it } from 'vitest'
import { kopt } from '../support/kopt.js'

describe('kopt schema', () => {
  it.each([
    ['config', ['preset', 'dataset', 'generator', 'training', 'search', 'verdict']],
    ['result', ['schemaVersion', 'search', 'arms', 'comparisons', 'verdict', 'seconds']],
    ['manifest', ['file', 'label', 'patient', 'exclude']],
  ])('%s is a JSON Schema that names the keys', (what, keys) => {
    const { code, stdout, stderr } = kopt(['schema', what])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const schema = JSON.parse(stdout)
    expect(schema.$schema).toContain('json-schema.org')
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(keys))
  })
})
