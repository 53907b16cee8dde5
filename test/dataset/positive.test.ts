import { describe, expect, it } from 'vitest'
import { resolvePositive } from '../../src/dataset/positive.js'

describe('resolvePositive', () => {
  it.each([
    [['healthy', 'sinusitis'], 'sinusitis'],
    [['NORMAL', 'PNEUMONIA'], 'PNEUMONIA'],
    [['No Finding', 'abnormal'], 'abnormal'],
    [['0', '1'], '1'],
    [['covid_negative', 'covid_positive'], 'covid_positive'],
    [['control', 'case'], 'case'],
    [['no', 'yes'], 'yes'],
  ])('of %j takes %s', (classes, positive) => {
    expect(resolvePositive(classes)).toBe(positive)
  })

  it.each([
    [['nodule', 'mass']],
    [['nonsense', 'noise']],
    [['normal', 'no tumour']],
    [['benign', 'malignant']],
    [['clear', 'opaque']],
    [['not normal', 'odd']],
    [['00', '10']],
  ])('asks where the names %j do not say', (classes) => {
    expect(() => resolvePositive(classes)).toThrow(/which class is the one that is looked for.*type --positive/)
  })

  it('looks for each of more than two classes, and refuses one that is asked for', () => {
    expect(resolvePositive(['normal', 'flu', 'cold'])).toBeNull()
    expect(() => resolvePositive(['normal', 'flu', 'cold'], 'flu')).toThrow(
      "--positive 'flu': there are 3 classes (normal, flu, cold), and each is compared with the rest; leave --positive out, or leave out the films of the others to compare two",
    )
  })

  it('takes the class asked for, in any case', () => {
    expect(resolvePositive(['a', 'B'], 'b')).toBe('B')
    expect(resolvePositive(['normal', 'ill'], 'normal')).toBe('normal')
  })

  it('names the classes, and the nearest, where the one asked for is none', () => {
    expect(() => resolvePositive(['healthy', 'sinusitis'], 'sinusits')).toThrow(
      "--positive 'sinusits' is none of the classes (healthy, sinusitis); is 'sinusitis' meant?",
    )
  })
})
