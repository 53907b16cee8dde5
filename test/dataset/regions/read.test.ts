/** Annotation files as the programs write them; each form says the same two rectangles, one of them rotated. */
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readRegions } from '../../../src/dataset/regions/read.js'
import { cornersOf } from '../../../src/image/rectangle.js'
import { temporaryFolder, writeFiles } from '../films-on-disk.js'

const upright = { left: 10, top: 20, width: 30, height: 40 }
const rotated = { left: 60, top: 20, width: 30, height: 40, rotationDegrees: 30 }
const points = cornersOf(rotated).map(({ x, y }) => [x, y])

async function reading(name: string, content: unknown) {
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  return readRegions(path.join(await writeFiles(temporaryFolder(), { [name]: text }), name))
}
async function regionsOf(name: string, content: unknown) {
  const { regions, problems } = await reading(name, content)
  expect(problems).toEqual([])
  return regions.map(({ image, label, rectangle }) => ({ image, label, rectangle: rounded(rectangle) }))
}
const rounded = (rectangle: object) =>
  Object.fromEntries(Object.entries(rectangle).map(([key, value]) => [key, Math.round(value * 1e6) / 1e6]))
const both = [
  { image: 'a.png', label: 'healthy', rectangle: upright },
  { image: 'a.png', label: 'sick', rectangle: rotated },
]

const forms: [string, string, unknown][] = [
  [
    'a CSV',
    'r.csv',
    'file,left,top,width,height,rotation,label\na.png,10,20,30,40,,healthy\na.png,60,20,30,40,30,sick\n',
  ],
  [
    'a CSV with decimal commas',
    'r.csv',
    'file;x;y;w;h;angle;class\na.png;10,0;20;30;40;;healthy\na.png;60;20,00;30;40;30,0;sick\n',
  ],
  ['a CSV of one column', 'r.csv', 'file,roi,label\na.png,"10,20,30,40",healthy\na.png,"60,20,30,40,30",sick\n'],
  [
    'a CSV of edges',
    'r.csv',
    'image\txmin\tymin\txmax\tymax\trotation\tlabel\na.png\t10\t20\t40\t60\t\thealthy\na.png\t60\t20\t90\t60\t30\tsick\n',
  ],
  [
    'LabelMe',
    'a.json',
    {
      version: '5.5.0',
      imagePath: 'a.png',
      imageData: 'aGVsbG8=',
      imageWidth: 100,
      imageHeight: 90,
      shapes: [
        {
          label: 'healthy',
          shape_type: 'rectangle',
          points: [
            [40, 60],
            [10, 20],
          ],
          flags: {},
        },
        { label: 'sick', shape_type: 'polygon', points },
      ],
    },
  ],
  [
    'COCO with the rotation of CVAT',
    'coco.json',
    {
      images: [{ id: 7, file_name: 'a.png', width: 100, height: 90 }],
      categories: [
        { id: 1, name: 'healthy' },
        { id: 2, name: 'sick' },
      ],
      annotations: [
        {
          id: 1,
          image_id: 7,
          category_id: 1,
          bbox: [10, 20, 30, 40],
          segmentation: [],
          attributes: { occluded: false, rotation: 0 },
        },
        { id: 2, image_id: 7, category_id: 2, bbox: [60, 20, 30, 40], attributes: { rotation: 30 } },
      ],
    },
  ],
  [
    'COCO with a polygon of four corners',
    'coco.json',
    {
      images: [{ id: 7, file_name: 'a.png' }],
      categories: [
        { id: 1, name: 'healthy' },
        { id: 2, name: 'sick' },
      ],
      annotations: [
        { image_id: 7, category_id: 1, bbox: [10, 20, 30, 40], segmentation: [[10, 20, 40, 20, 40, 60, 10, 60]] },
        { image_id: 7, category_id: 2, bbox: [50, 10, 60, 60], segmentation: [points.flat()] },
      ],
    },
  ],
  [
    'a VIA project',
    'via.json',
    {
      _via_settings: {},
      _via_img_metadata: {
        'a.png123': {
          filename: 'a.png',
          size: 123,
          regions: [
            {
              shape_attributes: { name: 'rect', x: 10, y: 20, width: 30, height: 40 },
              region_attributes: { side: 'left', label: 'healthy' },
            },
            {
              shape_attributes: {
                name: 'polygon',
                all_points_x: points.map(([x]) => x),
                all_points_y: points.map(([, y]) => y),
              },
              region_attributes: { class: { sick: true, healthy: false } },
            },
          ],
          file_attributes: {},
        },
      },
    },
  ],
  [
    'annotations of VIA 1',
    'via.json',
    {
      'a.png123': {
        filename: 'a.png',
        regions: {
          0: {
            shape_attributes: { name: 'rect', x: 10, y: 20, width: 30, height: 40 },
            region_attributes: { finding: 'healthy' },
          },
          1: {
            shape_attributes: {
              name: 'polygon',
              all_points_x: points.map(([x]) => x),
              all_points_y: points.map(([, y]) => y),
            },
            region_attributes: { finding: 'sick' },
          },
        },
      },
    },
  ],
  [
    'a CSV of VIA',
    'via.csv',
    '#filename,file_size,file_attributes,region_count,region_id,region_shape_attributes,region_attributes\n' +
      'a.png,123,"{}",2,0,"{""name"":""rect"",""x"":10,""y"":20,""width"":30,""height"":40}","{""label"":""healthy""}"\n' +
      `a.png,123,"{}",2,1,"{""name"":""polygon"",""all_points_x"":[${points.map(([x]) => x)}],""all_points_y"":[${points.map(([, y]) => y)}]}","{""label"":""sick""}"\n` +
      'b.png,99,"{}",0,0,"{}","{}"\n',
  ],
  [
    'Annotorious, rotated by its handle',
    'a.json',
    [
      {
        type: 'Annotation',
        body: [
          { type: 'TextualBody', purpose: 'tagging', value: 'healthy' },
          { purpose: 'commenting', value: 'sure' },
        ],
        target: {
          source: 'http://localhost:8080/films/a.png',
          selector: { type: 'FragmentSelector', value: 'xywh=pixel:10,20,30,40' },
        },
      },
      {
        body: { purpose: 'tagging', value: 'sick' },
        target: {
          source: 'a.png',
          selector: {
            type: 'SvgSelector',
            value: '<svg><rect x="60" y="20" width="30" height="40" transform="rotate(30 75 40)" /></svg>',
          },
        },
      },
    ],
  ],
  [
    'a page of web annotations',
    'page.json',
    {
      type: 'AnnotationPage',
      items: [
        { body: 'healthy', target: 'https://pacs.local/a.png#xywh=10,20,30,40' },
        {
          body: [{ value: 'sick' }],
          target: [
            {
              source: { id: 'a.png' },
              selector: [
                {
                  type: 'SvgSelector',
                  value: `<svg><polygon points="${points.map((p) => p.join(',')).join(' ')}"/></svg>`,
                },
              ],
            },
          ],
        },
      ],
    },
  ],
]

describe('regions of interest', () => {
  it.each(forms)('are read from %s', async (_, name, content) => {
    const regions = await regionsOf(name, content)
    expect(regions.map((region) => ({ ...region, image: region.image.replace(/^.*\//, '') }))).toEqual(both)
  })

  it('are read from a folder of files, the image by the name of a file that names none', async () => {
    const target = { selector: { type: 'FragmentSelector', value: 'xywh=pixel:1,2,3,4' } }
    const folder = await writeFiles(temporaryFolder(), {
      'p01.json': JSON.stringify([{ target }]),
      'p02.json': JSON.stringify({
        imagePath: '../films/p02.png',
        shapes: [
          {
            shape_type: 'rectangle',
            points: [
              [1, 2],
              [4, 6],
            ],
          },
        ],
      }),
      'notes.txt': 'x',
    })
    const { regions, problems } = readRegions(folder)
    expect(problems).toEqual([])
    expect(regions.map(({ image, place }) => [image, place])).toEqual([
      ['p01', 'p01.json, annotation 1'],
      ['../films/p02.png', 'p02.json, shape 1'],
    ])
    expect(regions.map(({ rectangle }) => rectangle)).toEqual(Array(2).fill({ left: 1, top: 2, width: 3, height: 4 }))
  })

  it('turn about the point that SVG names', async () => {
    const value = '<svg><rect x="10" y="0" width="4" height="2" transform="rotate(90)"/></svg>'
    const { regions } = await reading('a.json', [{ target: { selector: { type: 'SvgSelector', value } } }])
    // (12, 1) turned by 90 degrees about the origin is (-1, 12)
    expect(rounded(regions[0].rectangle)).toEqual({ left: -3, top: 11, width: 4, height: 2, rotationDegrees: 90 })
  })
})

describe('what is no region', () => {
  it('is named entry by entry, all at once', async () => {
    const csv =
      'file,left,top,width,height,rotation\na.png,1,2,0,4,\na.png,1,2,three,4,\n,1,2,3,4,\na.png,1,2,3,4,half\na.png,,,,,\na.png,1e9,2,3,4,\na.png,5,5,5,5,\n'
    const { regions, problems } = await reading('r.csv', csv)
    expect(regions).toHaveLength(1)
    expect(problems.map(({ text }) => text.replace(/; a table of regions.*/, ''))).toEqual([
      'r.csv, row 2: the rectangle has no area (0 x 4 pixels)',
      "r.csv, row 3: '1,2,three,4' is no rectangle",
      'r.csv, row 4: names no file',
      "r.csv, row 5: '1,2,3,4' with rotation 'half' is no rectangle",
      "r.csv, row 6: ',,,' is no rectangle",
      'r.csv, row 7: the rectangle has coordinates that no film has (1000000000, 2, 3, 4, 0)',
    ])
  })

  it.each([
    [
      'a.json',
      {
        imagePath: 'a.png',
        shapes: [
          {
            shape_type: 'circle',
            points: [
              [1, 2],
              [3, 4],
              [5, 6],
            ],
          },
        ],
      },
      'a.json, shape 1: is a circle with 3 points, not a rectangle',
    ],
    [
      'a.json',
      { imagePath: 'a.png', shapes: [{ points: [[1, 'x']] }] },
      /^a.json, shapes 1 points 1 2: invalid input: expected number/,
    ],
    [
      'c.json',
      { images: [], annotations: [{ image_id: 3, bbox: [1, 2, 3, 4] }] },
      'c.json, annotation 1: names image 3, which is not in the file',
    ],
    [
      'c.json',
      { images: [{ id: 1, file_name: 'a' }], annotations: [{ image_id: 1, category_id: 9, bbox: [1, 2, 3, 4] }] },
      /category 9, which is not in the file/,
    ],
    [
      'v.json',
      { a: { filename: 'a.png', regions: [{ shape_attributes: { name: 'circle', cx: 1 }, region_attributes: {} }] } },
      'v.json, a.png, region 1: is a circle, not a rectangle',
    ],
    [
      'v.json',
      {
        a: {
          filename: 'a.png',
          regions: [
            {
              shape_attributes: { name: 'rect', x: 1, y: 1, width: 2, height: 2 },
              region_attributes: { side: 'left', grade: '2' },
            },
          ],
        },
      },
      /which of its attributes is the class \(side, grade\)/,
    ],
    ['w.json', [{ target: 'a.png' }], /means the whole image/],
    ['w.json', [{ target: 'a.png#xywh=percent:1,2,3,4' }], /in percent; export it in pixels/],
    [
      'w.json',
      [{ target: { selector: { type: 'SvgSelector', value: '<svg><path d="M0 0"/></svg>' } } }],
      /an SVG path, not a rectangle/,
    ],
    [
      'w.json',
      [
        {
          body: [
            { purpose: 'tagging', value: 'a' },
            { purpose: 'tagging', value: 'b' },
          ],
          target: 'a.png#xywh=1,2,3,4',
        },
      ],
      /several different tags/,
    ],
  ])('is said: %s %#', async (name, content, sentence) => {
    const { problems } = await reading(name, content)
    expect(problems).toHaveLength(1)
    expect(problems[0].text).toMatch(sentence)
  })

  it.each([
    ['x.json', '{"a":', /is not valid JSON/],
    ['x.json', '{"a": 1}', /holds no annotations that are known; read are CSV tables, LabelMe/],
    ['x.csv', 'name,where\na,b\n', /has the columns name, where; a table of regions has the columns/],
  ])('is refused as a file: %s %#', async (name, content, sentence) => {
    await expect(reading(name, content)).rejects.toThrow(sentence)
  })
})
