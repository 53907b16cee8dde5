import { expect, it } from 'vitest'
import { formatCsv } from '../../src/base/csv.js'

it('quotes what needs quotes and disarms what a spreadsheet would run', () => {
  expect(
    formatCsv(
      ['a', 'b'],
      [
        ['x,y', 'say "no"'],
        ['=1+1', -2],
        [null, Number.NaN],
      ],
    ),
  ).toBe('a,b\n"x,y","say ""no"""\n\'=1+1,-2\n,\n')
})
