/** Shapes that are no rectangles, and forms that are not read, as their programs write them. */
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readRegions } from '../../../src/dataset/regions/read.js'
import { dicomFilm } from '../../support/dicom.js'
import { temporaryFolder, writeFiles } from '../films-on-disk.js'

async function reading(name: string, content: unknown) {
  const text = typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content)
  return readRegions(path.join(await writeFiles(temporaryFolder(), { [name]: text }), name))
}
const labelme = (shape: object) => ({
  version: '5.4.1',
  imagePath: 'n0.png',
  imageHeight: 60,
  imageWidth: 80,
  shapes: [shape],
})
const via = (shape: object) => ({
  a: { filename: 'n0.png', regions: [{ shape_attributes: shape, region_attributes: {} }] },
})
const w3c = (svg: string) => [{ target: { source: 'n0.png', selector: { type: 'SvgSelector', value: svg } } }]

/** Centre (40, 30), rim at (55, 38): the radius is 17. */
const around = { left: 23, top: 13, width: 34, height: 34 }

describe('a circle', () => {
  it.each([
    [
      'LabelMe',
      labelme({
        shape_type: 'circle',
        points: [
          [40, 30],
          [55, 38],
        ],
      }),
      'circle',
    ],
    ['VIA', via({ name: 'circle', cx: 40, cy: 30, r: 17 }), 'circle'],
    ['VIA, as an ellipse', via({ name: 'ellipse', cx: 40, cy: 30, rx: 17, ry: 17, theta: 1 }), 'ellipse'],
    ['W3C', w3c('<svg><circle cx="40" cy="30" r="17"/></svg>'), 'circle'],
    ['W3C, as an ellipse', w3c('<svg><ellipse cx="40" cy="30" rx="17" ry="17"></ellipse></svg>'), 'ellipse'],
  ])('of %s is the square around it, and counted', async (_, content, shape) => {
    const found = await reading('a.json', content)
    expect(found.problems).toEqual([])
    const { left, top, width, height } = found.regions[0].rectangle
    for (const [value, wanted] of [
      [left, around.left],
      [top, around.top],
      [width, around.width],
      [height, around.height],
    ]) {
      expect(value).toBeCloseTo(wanted, 9)
    }
    expect(found.around).toEqual({ [shape]: 1 })
  })

  it('that is drawn out and turned has the rectangle that touches it', async () => {
    // x = 4 cos t cos a - 2 sin t sin a has its largest value at sqrt(16 cos^2 a + 4 sin^2 a); a = 30 degrees
    const { regions } = await reading(
      'a.json',
      via({ name: 'ellipse', cx: 40, cy: 30, rx: 4, ry: 2, theta: Math.PI / 6 }),
    )
    expect(regions[0].rectangle.width).toBeCloseTo(2 * Math.sqrt(13), 9)
    expect(regions[0].rectangle.height).toBeCloseTo(2 * Math.sqrt(7), 9)
  })
})

describe('what encloses nothing, or no rectangle', () => {
  const four = [
    [10, 10],
    [60, 10],
    [60, 50],
    [10, 50],
  ]
  it.each([
    [
      'a line of LabelMe',
      labelme({
        shape_type: 'line',
        points: [
          [40, 30],
          [55, 38],
        ],
      }),
      /is a line with 2 points, not a rectangle; draw a rectangle/,
    ],
    [
      'a line strip',
      labelme({ shape_type: 'linestrip', points: four }),
      /is a linestrip with 4 points, not a rectangle/,
    ],
    ['points', labelme({ shape_type: 'points', points: four }), /is a points with 4 points, not a rectangle/],
    ['a point', labelme({ shape_type: 'point', points: [[4, 5]] }), /is a point with 1 point, not a rectangle/],
    [
      'a polygon',
      labelme({
        shape_type: 'polygon',
        points: [
          [1, 2],
          [30, 4],
          [20, 40],
        ],
      }),
      /is a polygon with 3 points, not a rectangle/,
    ],
    [
      'two points of no type',
      labelme({
        points: [
          [40, 30],
          [55, 38],
        ],
      }),
      /is a polygon with 2 points, not a rectangle/,
    ],
    [
      'a circle of three points',
      labelme({
        shape_type: 'circle',
        points: [
          [40, 30],
          [55, 38],
          [1, 1],
        ],
      }),
      /is a circle with 3 points/,
    ],
    [
      'a polyline of VIA',
      via({ name: 'polyline', all_points_x: [10, 60, 60, 10], all_points_y: [10, 10, 50, 50] }),
      /is a polyline, not a rectangle; draw/,
    ],
    ['a point of VIA', via({ name: 'point', cx: 4, cy: 5 }), /is a point, not a rectangle/],
    ['a line of SVG', w3c('<svg><line x1="1" y1="2" x2="30" y2="40"/></svg>'), /has an SVG line, not a rectangle/],
    [
      'a polyline of SVG',
      w3c('<svg><polyline points="10,10 60,10 60,50 10,50"/></svg>'),
      /has an SVG polyline, not a rectangle/,
    ],
    [
      'a rectangle in a moved group',
      w3c('<svg><g transform="translate(5 5)"><rect x="1" y="2" width="30" height="40"/></g></svg>'),
      /moves its shapes as a group/,
    ],
  ])('%s is refused with its place', async (_, content, sentence) => {
    const { regions, problems } = await reading('a.json', content)
    expect(regions).toEqual([])
    expect(problems).toEqual([
      expect.objectContaining({ text: expect.stringMatching(sentence), image: expect.anything() }),
    ])
    expect(problems[0].text).toMatch(/^a.json, /)
  })

  it('is none of a rectangle, a mask and four corners of LabelMe', async () => {
    for (const shape of [
      {
        shape_type: 'rectangle',
        points: [
          [60, 50],
          [10, 10],
        ],
      },
      {
        shape_type: 'mask',
        points: [
          [10, 10],
          [60, 50],
        ],
        mask: 'iVBORw0KGgo=',
      },
      { shape_type: 'rectangle', points: four },
      { points: four },
    ]) {
      const { regions } = await reading('a.json', labelme(shape))
      expect(regions.map(({ rectangle }) => rectangle)).toEqual([{ left: 10, top: 10, width: 50, height: 40 }])
    }
  })
})

describe('shares of the image', () => {
  const sentence = /lies within the image's first pixel .*: are these shares of the image, from 0 to 1\? multiply/
  it.each([
    [
      'COCO',
      'a.json',
      { images: [{ id: 1, file_name: 'n0.png' }], annotations: [{ image_id: 1, bbox: [0.1, 0.1, 0.5, 0.5] }] },
    ],
    [
      'LabelMe',
      'a.json',
      labelme({
        shape_type: 'rectangle',
        points: [
          [0.1, 0.1],
          [0.6, 0.6],
        ],
      }),
    ],
    [
      'a circle',
      'a.json',
      labelme({
        shape_type: 'circle',
        points: [
          [0.5, 0.5],
          [0.6, 0.6],
        ],
      }),
    ],
    ['VIA', 'a.json', via({ name: 'rect', x: 0.1, y: 0.1, width: 0.5, height: 1 })],
    ['W3C', 'a.json', [{ target: 'n0.png#xywh=0.1,0.1,0.5,0.5' }]],
    ['a table', 'a.csv', 'file,left,top,width,height\nn0.png,0,0,1,1\n'],
    ['a table of edges', 'a.csv', 'image,xmin,ymin,xmax,ymax\nn0.png,0.25,-0.01,1.01,0.75\n'],
  ])('are refused in %s', async (_, name, content) => {
    const { regions, problems } = await reading(name, content)
    expect([regions, problems]).toEqual([[], [expect.objectContaining({ text: expect.stringMatching(sentence) })]])
  })
})

describe('a form that is not read', () => {
  it.each([
    [
      'VOC',
      'n0.xml',
      '<annotation>\n<folder>x</folder><filename>n0.png</filename><object><bndbox><xmin>1</xmin></bndbox></object></annotation>',
      /is Pascal VOC XML \(LabelImg\), which is not read: write filename, xmin/,
    ],
    [
      'CVAT',
      'a.xml',
      '<?xml version="1.0"?>\n<annotations>\n<version>1.1</version><image id="0" name="n0.png"><box/></image></annotations>',
      /is CVAT XML, which is not read: in CVAT choose Export dataset, COCO/,
    ],
    [
      'YOLO',
      'n0.txt',
      '0 0.35 0.35 0.5 0.5\n1 0.6 0.7 0.1 0.2\n',
      /is YOLO \(a class number and shares of the image\), which is not read: export COCO/,
    ],
    ['YOLO called CSV', 'n0.csv', '15 0.617 0.3594 0.114156 0.173819\n', /is YOLO/],
    [
      'DICOM',
      'n0.dcm',
      dicomFilm({ 524384: ['CS', 'RTSTRUCT'] }),
      /is a DICOM structure set \(RTSTRUCT\), which is not read as regions: write/,
    ],
    ['another DICOM', 'n0.dcm', dicomFilm({ 524384: ['CS', 'DX'] }), /is a DICOM file, which is not read as regions/],
    ['Slicer markups', 'n0.mrk.json', { '@schema': 'x', markups: [{ type: 'ROI' }] }, /is markups of 3D Slicer/],
    [
      'Slicer points',
      'n0.fcsv',
      '# Markups fiducial file version = 5.0\n# columns = id,x,y,z\nF,1,2,3\n',
      /is a list of points of 3D Slicer/,
    ],
    ['Slicer scene', 'n0.mrml', '<MRML version="1">', /is a scene of 3D Slicer/],
    ['NRRD', 'n0.nrrd', 'NRRD0004\ntype: short\n', /is a mask of 3D Slicer, ITK-SNAP/],
    [
      'Label Studio',
      'a.json',
      [{ id: 1, data: { image: 'n0.png' }, annotations: [{ result: [] }] }],
      /is Label Studio JSON, whose numbers are percent/,
    ],
    ['QuPath', 'a.geojson', '{"type":"FeatureCollection","features":[]}', /is GeoJSON \(QuPath\)/],
    ['CreateML', 'a.json', [{ image: 'n0.png', annotations: [{ label: 'x', coordinates: {} }] }], /is CreateML JSON/],
    ['VIA 3', 'a.json', { project: {}, config: {}, metadata: {}, file: {}, view: {} }, /is a project of VIA 3/],
    ['COCO results', 'a.json', [{ image_id: 1, bbox: [1, 2, 3, 4], category_id: 1 }], /is COCO without its images/],
    [
      'an Excel workbook',
      'a.csv',
      Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1),
      /is an old Excel workbook/,
    ],
    ['ImageJ', 'a.roi', 'Iout\0\xe2', /is an ImageJ region/],
  ] as [string, string, unknown, RegExp][])('is named: %s', async (_, name, content, sentence) => {
    await expect(reading(name, content)).rejects.toThrow(sentence)
  })

  it('is named also where a folder holds nothing else', async () => {
    const folder = await writeFiles(temporaryFolder(), { 'n0.txt': '0 0.35 0.35 0.5 0.5\n', 'n1.txt': '' })
    expect(() => readRegions(folder)).toThrow(/holds no JSON files; its n0.txt is YOLO/)
  })

  it('is not what a table with few columns is taken for', async () => {
    const { regions } = await reading('r.csv', 'file roi\n'.replace(' ', ',').concat('a.png,"1 2 30 40"\n'))
    expect(regions).toHaveLength(1)
  })
})
