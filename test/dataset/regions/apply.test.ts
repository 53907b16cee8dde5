import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { examineCohorts } from '../../../src/dataset/audit.js'
import { openDataset } from '../../../src/dataset/open.js'
import { encodePng } from '../../../src/image/codec.js'
import { noise, temporaryFolder, writeFiles } from '../films-on-disk.js'

const png = (seed: number) => encodePng(noise(seed, { width: 20, height: 10 }))

/** Films of 20 x 10 pixels and a table of regions, `file,left,top,width,height,label`. */
async function dataset(films: readonly string[], rows: readonly string[], more: Record<string, string> = {}) {
  const files = Object.fromEntries(await Promise.all(films.map(async (name, i) => [name, await png(i)] as const)))
  const table = `file,left,top,width,height,label\n${rows.join('\n')}\n`
  const root = await writeFiles(temporaryFolder(), {
    ...Object.fromEntries(Object.entries(files).map(([n, b]) => [`films/${n}`, b])),
    'r.csv': table,
    ...more,
  })
  return { folder: path.join(root, 'films'), roi: path.join(root, 'r.csv'), root }
}
async function opened(films: readonly string[], rows: readonly string[], more: Record<string, string> = {}) {
  const { folder, roi } = await dataset(films, rows, more)
  return openDataset(folder, { roi })
}
const shown = (cohort: ReturnType<typeof openDataset>) =>
  cohort.films.map(({ name, label, patientId, roi }) => `${name} ${label} ${patientId} ${roi?.left}`)

describe('films cut to regions', () => {
  it('are one film for each region, of one patient, with the label of their film', async () => {
    const cohort = await opened(['ill/a.png', 'well/b.png'], ['a.png,0,0,5,5,', 'a.png,10,0,5,5,', 'well/b,1,1,5,5,'])
    expect(shown(cohort)).toEqual([
      'ill/a.png ill patient-0001 0',
      'ill/a.png ill patient-0001 10',
      'well/b.png well patient-0002 1',
    ])
    expect([cohort.warnings, cohort.problems]).toEqual([[], []])
  })

  it("have their region's own label before that of their film, and that is said", async () => {
    const cohort = await opened(
      ['ill/a.png', 'well/b.png'],
      ['a.png,0,0,5,5,Well', 'a.png,10,0,5,5,ill', 'b.png,1,1,5,5,'],
    )
    expect(cohort.films.map((film) => film.label)).toEqual(['well', 'ill', 'well'])
    expect(cohort.warnings).toEqual(["1 region of 3 has another label than the film; the region's own label counts"])
  })

  it('have labels from the regions alone where films have none: loose, or in folders that are no classes', async () => {
    const rows = ['a.png,0,0,5,5,ill', 'b.png,1,1,5,5,well']
    for (const films of [
      ['a.png', 'b.png'],
      ['images/a.png', 'images/b.png'],
    ]) {
      const cohort = await opened(films, rows)
      expect([cohort.classes, cohort.problems, cohort.warnings]).toEqual([['ill', 'well'], [], []])
    }
    const manifest = { 'films/manifest.csv': 'file,patient\na.png,1\nb.png,1\n' }
    const cohort = await opened(['a.png', 'b.png'], rows, manifest)
    expect(shown(cohort)).toEqual(['a.png ill patient-0001 0', 'b.png well patient-0001 1'])
  })

  it("keep their film's label where the regions are named after what was cut out", async () => {
    for (const [one, other] of [
      ['left', 'right'],
      ['sinus', 'sinus'],
    ]) {
      const cohort = await opened(['ill/a.png', 'well/b.png'], [`a.png,0,0,5,5,${one}`, `b.png,1,1,5,5,${other}`])
      expect(cohort.films.map((film) => film.label)).toEqual(['ill', 'well'])
      expect(cohort.warnings[0]).toMatch(/are none of the classes \(ill, well\) and name what was cut out/)
    }
  })

  it('are not guessed at where folders and regions could both be the classes', async () => {
    const { folder, roi } = await dataset(['p1/a.png', 'p2/b.png'], ['a.png,0,0,5,5,ill', 'b.png,1,1,5,5,well'])
    expect(() => openDataset(folder, { roi })).toThrow(
      /which are the classes, the folders \(p1, p2\) or the labels .*\(ill, well\)\?/,
    )
  })

  it('leave images without a region out, counted and named', async () => {
    const cohort = await opened(['ill/a.png', 'ill/c.png', 'well/b.png'], ['a.png,0,0,5,5,', 'b.png,1,1,5,5,'])
    expect(cohort.flow).toEqual({ found: 3, excluded: [{ reason: 'no region of interest', count: 1 }], analysed: 2 })
    expect(cohort.warnings.map(String)).toEqual(['1 image without a region of interest left out: ill/c.png'])
  })

  it('name every region that does not fit, together with what the pixels say', async () => {
    const rows = [
      'a.png,0,0,5,5,ill',
      'a.png,16,0,5,5,', // beyond the right edge
      'a.png,0.2,0,5,5,ill', // drawn twice
      'e.png,0,0,5,5,', // of no film here, which is no fault
      'c.png,0,0,5,0,', // no area, of no film here either
      'b.png,0,0,5,0,', // no area
      'b.png,0,0,5,5,wel', // no such class
    ]
    const cohort = await opened(
      ['ill/a.png', 'well/b.png', 'well/sub/a.png'],
      rows.map((row) => row.replace(/^a/, 'ill/a')),
    )
    const { problems } = await examineCohorts({ internal: cohort, external: {} }, { forSplit: false })
    expect(cohort.warnings.map(String)).toContain(
      "2 regions of images that are not among the films are not used: 'c.png' (is 'a.png' meant?), 'e.png' (is 'a.png' meant?)",
    )
    expect(problems).toEqual([
      'r.csv, row 7: the rectangle has no area (5 x 0 pixels)',
      "r.csv, row 4: the rectangle 0.2,0,5,5 of 'ill/a.png' stands in r.csv, row 2 already; keep one",
      "r.csv, row 8: the label 'wel' is none of the classes ill, well; is 'well' meant?",
      'ill/a.png has a region of 5 x 5 at (16, 0) outside its 20 x 10 pixels (r.csv, row 3); correct the region, or leave such regions out with --skip-unreadable',
    ])
  })

  it('of other films too are told and not used; of other films alone they are refused', async () => {
    const cohort = await opened(
      ['ill/a.png', 'well/b.png'],
      ['a.png,0,0,5,5,', 'b.png,0,0,5,5,', ...Array.from({ length: 300 }, (_, i) => `clinic-b/x${i}.png,0,0,5,5,`)],
    )
    expect([cohort.problems, cohort.films.length]).toEqual([[], 2])
    expect(cohort.warnings.map(String)).toEqual([
      "300 regions of images that are not among the films are not used: 'clinic-b/x0.png', 'clinic-b/x1.png', 'clinic-b/x2.png' ... and 297 more",
    ])
    const { problems } = await opened(['ill/a.png', 'well/b.png'], ['aa.png,0,0,5,5,', 'q.png,0,0,5,5,'])
    expect(problems).toEqual([
      "r.csv, row 2: no region is of any of the 2 films, such as ill/a.png; the images are called 'aa.png' (is 'a.png' meant?), 'q.png' (is 'a.png' meant?)",
    ])
  })

  it('in shares of the image, from 0 to 1, are refused with what to do', async () => {
    const { problems } = await opened(['ill/a.png', 'well/b.png'], ['a.png,0.1,0.1,0.5,0.5,', 'b.png,2,2,0.5,4,'])
    expect(problems).toEqual([
      expect.stringMatching(
        /^r.csv, row 2: the rectangle lies within the image's first pixel \(0.1, 0.1, 0.5, 0.5\): are these shares of the image/,
      ),
      'r.csv, row 3: the rectangle is less than a pixel wide or high (0.5 x 4 pixels)',
    ])
    const { root } = await dataset(['a.png', 'b.png'], [], {
      'films/manifest.csv': 'file,label,roi\na.png,ill,"0.1,0.1,0.5,0.5"\nb.png,well,"0,0,4,4"\n',
    })
    expect(() => openDataset(path.join(root, 'films'))).toThrow(
      /row 2, column roi: '0.1,0.1,0.5,0.5' lies within the image's first/,
    )
  })

  it('that a good film does not hold are left out on request, counted as what they are and not as unreadable films', async () => {
    const cohort = await opened(['ill/a.png', 'well/b.png'], ['a.png,0,0,5,5,', 'a.png,16,0,5,5,', 'b.png,0,0,5,5,'])
    const { problems, audited } = await examineCohorts(
      { internal: cohort, external: {} },
      { forSplit: false, skipUnreadable: true },
    )
    expect(problems).toEqual([])
    expect(audited.internal.cohort.flow).toEqual({
      found: 3,
      excluded: [{ reason: 'the region of interest does not fit the film', count: 1 }],
      analysed: 2,
    })
    expect(audited.internal.cohort.warnings).toEqual(['1 region of interest that does not fit the film left out'])
  })

  it('refuse a name that fits several films, and a region drawn on another size', async () => {
    const cohort = await opened(
      ['ill/a.png', 'ill/c.png', 'well/a.png'],
      ['a,0,0,5,5,', 'c,0,0,5,5,', 'well/a.png,0,0,5,5,'],
    )
    expect(cohort.problems).toEqual(["r.csv, row 2: 'a' may be 2 films (ill/a.png, well/a.png); write the path"])
    const labelme = JSON.stringify({
      imagePath: 'a.png',
      imageWidth: 200,
      imageHeight: 100,
      shapes: [
        {
          shape_type: 'rectangle',
          points: [
            [1, 1],
            [5, 5],
          ],
        },
      ],
    })
    const { folder, root } = await dataset(['ill/a.png', 'well/b.png'], [], {
      'json/a.json': labelme,
      'json/b.json': labelme.replace('a.png', 'b.png').replace('200', '20').replace('100', '10'),
    })
    const { problems } = await examineCohorts(
      { internal: openDataset(folder, { roi: path.join(root, 'json') }), external: {} },
      { forSplit: false },
    )
    expect(problems).toEqual([
      expect.stringMatching(
        /^ill\/a.png has 20 x 10 pixels, but its region was drawn on 200 x 100 \(a.json, shape 1\)/,
      ),
    ])
  })

  it('are at most a thousand of one film', async () => {
    const rows = Array.from({ length: 1001 }, (_, i) => `a.png,${i % 15},${i % 5},${1 + i / 1001},4,`)
    const { problems } = await opened(['ill/a.png', 'well/b.png'], [...rows, 'b.png,0,0,5,5,'])
    expect(problems).toEqual(["r.csv, row 2: 'a.png' has 1001 regions; at most 1000 are taken"])
  })

  it('are not cut twice', async () => {
    const manifest = { 'films/manifest.csv': 'file,label,roi\na.png,ill,"0,0,4,4"\nb.png,well,"0,0,4.5,4,10"\n' }
    const { folder, roi } = await dataset(['a.png', 'b.png'], ['a.png,0,0,5,5,'], manifest)
    expect(openDataset(folder).films.map((film) => film.roi)).toEqual([
      { left: 0, top: 0, width: 4, height: 4 },
      { left: 0, top: 0, width: 4.5, height: 4, rotationDegrees: 10 },
    ])
    expect(() => openDataset(folder, { roi })).toThrow(/has a column roi, so --roi .* would cut its films twice/)
  })
})

describe('a name in a table', () => {
  it('finds a file whose name the disk writes in the other Unicode form', async () => {
    const root = await writeFiles(temporaryFolder(), {
      'Mu\u0308ller/a\u0308.png': 1,
      'b.png': 2,
      'm.csv': 'file,label\nM\u00fcller/\u00e4.png,ill\nb.png,well\n',
    })
    expect(openDataset(path.join(root, 'm.csv')).films[0].file).toBe(path.join(root, 'Mu\u0308ller', 'a\u0308.png'))
  })
})

describe('entries that give no region, of films that are not in the dataset', () => {
  const rect = (image: string, x: unknown) => ({ image, x })
  const entries = [rect('a.png', 1), rect('b.png', 1), rect('other.png', 'left')]
  const size = { width: 4, height: 4 }
  const via = (list: typeof entries) =>
    Object.fromEntries(
      list.map(({ image, x }, i) => [
        `${image}${i}`,
        { filename: image, regions: [{ shape_attributes: { name: 'rect', x, y: 1, ...size }, region_attributes: {} }] },
      ]),
    )
  const coco = (list: typeof entries) => ({
    images: list.map(({ image }, id) => ({
      id,
      file_name: image,
      width: image === 'other.png' ? 'x' : 20,
      height: 10,
    })),
    annotations: list.map(({ x }, id) => ({ image_id: id, bbox: [x, 1, 4, 4] })),
  })
  const w3c = (list: typeof entries) =>
    list.map(({ image, x }) => ({
      target:
        typeof x === 'string'
          ? { source: image, selector: { type: 7 } }
          : { source: image, selector: { type: 'FragmentSelector', value: `xywh=${x},1,4,4` } },
    }))
  const table = (list: typeof entries) =>
    ['file,left,top,width,height', ...list.map(({ image, x }) => `${image},${x},1,4,4`)].join('\n')
  const viaTable = (list: typeof entries) =>
    [
      '#filename,region_shape_attributes,region_attributes',
      ...list.map(
        ({ image, x }) => `${image},"${JSON.stringify({ name: 'rect', x, y: 1, ...size }).replaceAll('"', '""')}",{}`,
      ),
    ].join('\n')
  const line = { shape_type: 'line', points: [[0, 0]] }
  const labelme = (list: typeof entries) =>
    Object.fromEntries(
      list.map(({ image, x }, i) => [
        `a/${i}.json`,
        JSON.stringify({
          imagePath: image,
          imageWidth: x === 'left' ? -1 : 20,
          imageHeight: 10,
          shapes: [
            typeof x === 'number'
              ? {
                  shape_type: 'rectangle',
                  points: [
                    [x, 1],
                    [5, 5],
                  ],
                }
              : line,
            ...(x === 'left' ? [{ points: 3 }] : []),
          ],
        }),
      ]),
    )

  it.each([
    ['a table', (list: typeof entries) => ({ 'r.csv': table(list) }), 'r.csv', 1],
    ['VIA', (list: typeof entries) => ({ 'r.json': JSON.stringify(via(list)) }), 'r.json', 1],
    ['a table of VIA', (list: typeof entries) => ({ 'r.csv': viaTable(list) }), 'r.csv', 1],
    ['COCO', (list: typeof entries) => ({ 'r.json': JSON.stringify(coco(list)) }), 'r.json', 2],
    ['W3C', (list: typeof entries) => ({ 'r.json': JSON.stringify(w3c(list)) }), 'r.json', 1],
    ['LabelMe', labelme, 'a', 3],
  ])('are counted and hinder nothing in %s; of a film in it all are named at once', async (_, files, name, count) => {
    const films = ['ill/a.png', 'well/b.png']
    const { folder, root } = await dataset(films, [], files(entries))
    const cohort = openDataset(folder, { roi: path.join(root, name) })
    expect([cohort.films.length, cohort.problems]).toEqual([2, []])
    expect(cohort.warnings.map(String)).toEqual([
      expect.stringMatching(
        count === 1
          ? /^1 region of images that are not among the films is not used: 'other.png'/
          : new RegExp(`^${count} regions of images that are not among the films are not used: 'other.png'`),
      ),
    ])
    const wrong = await dataset(
      films,
      [],
      files([rect('a.png', 'x'), rect('b.png', 1), rect('b.png', 'y'), rect('q.png', 'z')]),
    )
    const { problems } = openDataset(wrong.folder, { roi: path.join(wrong.root, name) })
    expect(problems).toHaveLength(2)
  })

  it('are refused where no entry is of any film', async () => {
    const { problems } = await opened(['ill/a.png', 'well/b.png'], ['q.png,x,0,5,5,'])
    expect(problems).toEqual([expect.stringMatching(/^r.csv, row 2: no region is of any of the 2 films/)])
  })
})
