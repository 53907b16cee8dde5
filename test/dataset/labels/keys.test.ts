import { describe, expect, it } from 'vitest'
import { resolveKeys } from '../../../src/dataset/labels/keys.js'

const resolve = (written: string[], files: (string | undefined)[], manyFiles = true) =>
  resolveKeys(written, {
    keys: files,
    manyFiles,
    exact: (key) => files.flatMap((each, i) => (each === key ? [i] : [])),
  })

describe('keys of a table', () => {
  it('fit as they are, one key many films where it means a patient', () => {
    expect(resolve(['7', '8'], ['8', '7', '7', undefined])).toEqual([{ files: [1, 2] }, { files: [0] }])
    expect(resolve(['7'], ['7', '7'], false)).toEqual([{ open: 'several' }])
    expect(resolve(['9', ''], ['8', undefined])).toEqual([{ open: 'nothing' }, { open: 'nothing' }])
  })

  it('are recognised where a spreadsheet took them for numbers', () => {
    expect(resolve(['123', '45.0', '00045', 'ab1'], ['00123', '45', 'AB1'])).toEqual([
      { files: [0], change: 'zeros', present: '00123' },
      // 45.0 and 00045 both mean 45: neither is joined
      { open: 'several' },
      { open: 'several' },
      { files: [2], change: 'case', present: 'AB1' },
    ])
    expect(resolve(['45.0'], ['0045'])).toEqual([{ files: [0], change: 'decimal', present: '0045' }])
    expect(resolve(['000'], ['0'])).toEqual([{ files: [0], change: 'zeros', present: '0' }])
  })

  it('are left open where two films could be meant, and where digits are lost for good', () => {
    expect(resolve(['123'], ['00123', '0123'])).toEqual([{ open: 'several' }])
    // as it is goes before what it may have been
    expect(resolve(['123'], ['00123', '123'])).toEqual([{ files: [1] }])
    expect(resolve(['1.2E+11'], ['120000000000'])).toEqual([{ open: 'digits lost' }])
  })
})
