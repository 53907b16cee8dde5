import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { writeJson } from '../../../src/base/files.js'
import { matchRegions } from '../../../src/dataset/regions/apply.js'
import { readRegions } from '../../../src/dataset/regions/read.js'
import { webAnnotations } from '../../../src/dataset/regions/write-web-annotation.js'
import { turned } from '../../../src/image/rectangle.js'
import { temporaryFolder } from '../films-on-disk.js'

const names = ['a/IM 1', 'b/IM 1', 'c#1.png', '50 % of it.png', 'http://x.png', "d'é.png", 'e.dcm (frame 2)', 'e.dcm']
const side = fc.double({ min: 1.5, max: 4000, noNaN: true })

test('what is written is read again by --roi to the last digit, whatever a film is called and however it is turned', () => {
  const file = path.join(temporaryFolder(), 'reader.json')
  const region = fc.record({
    image: fc.constantFrom(...names),
    rectangle: fc
      .tuple(side, side, side, side, fc.constantFrom(0, 12.5, -90, 180, 33.3))
      .map(([left, top, width, height, degrees]) => turned({ left, top, width, height }, degrees)),
    label: fc.option(fc.constantFrom('left', 'sinusitis', 'air <fluid> "level"'), { nil: undefined }),
  })
  fc.assert(
    fc.property(fc.array(region, { minLength: 1, maxLength: 5 }), (regions) => {
      writeJson(file, webAnnotations(regions.map(({ rectangle, ...rest }) => ({ ...rest, ...rectangle }))))
      const { ofFilm, strangers, problems } = matchRegions(names, readRegions(file))
      expect([strangers, problems]).toEqual([[], []])
      const read = [...ofFilm].flatMap(([at, found]) =>
        found.map(({ rectangle, label }) => ({ image: names[at], rectangle, label })),
      )
      const inOrder = names.flatMap((name) => regions.filter(({ image }) => image === name))
      expect(read.sort((a, b) => names.indexOf(a.image) - names.indexOf(b.image))).toEqual(inOrder)
    }),
    { numRuns: 60 },
  )
})
