import { describe, expect, it } from 'vitest'
import { parseSectionSettings } from '../../../src/experiment/config/setting.js'

describe('settings of one section', () => {
  it('are written as those of a whole configuration, or without the name of the section as in 0.1', () => {
    expect(parseSectionSettings('gan', ['gan.batchSize=32', 'dropout=0.3', 'gan.widths=covidgan'])).toEqual({
      batchSize: 32,
      dropout: 0.3,
      widths: 'covidgan',
    })
    expect(parseSectionSettings('gan', ['classHeadLearnsFromFakes=false', 'batchSize=8', 'gan.batchSize=16'])).toEqual({
      classHeadLearnsFromFakes: false,
      batchSize: 16,
    })
  })

  it('may have the name that the section had before', () => {
    expect(parseSectionSettings('generator', ['gan.batchSize=32', 'generator.dropout=0.3', 'width=1'], 'gan')).toEqual({
      batchSize: 32,
      dropout: 0.3,
      width: 1,
    })
  })

  it('are refused where they are of another section, or say no value', () => {
    expect(() => parseSectionSettings('gan', ['search.kMax=3'])).toThrow(
      '--set search.kMax=3: values of gan alone are taken here, for example --set gan.batchSize=32',
    )
    expect(() => parseSectionSettings('gan', ['batchSize'])).toThrow(/--set batchSize: expected key\.path=value/)
  })
})
