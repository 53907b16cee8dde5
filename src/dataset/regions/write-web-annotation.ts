/** Regions as W3C Web Annotations (https://www.w3.org/TR/annotation-model/), which `web-annotation.ts` reads again without a loss. */
import { type Rectangle, rectangleText } from '../../image/rectangle.js'

export interface WrittenRegion extends Rectangle {
  /** Path within the dataset. */
  readonly image: string
  readonly label?: string
}

/** A page of annotations, one a region. */
export function webAnnotations(regions: readonly WrittenRegion[]): object {
  return {
    '@context': 'http://www.w3.org/ns/anno.jsonld',
    type: 'AnnotationPage',
    items: regions.map((region) => ({
      type: 'Annotation',
      ...(region.label !== undefined && {
        body: [{ type: 'TextualBody', purpose: 'tagging', value: region.label }],
      }),
      target: { source: sourceOf(region.image), selector: selectorOf(region) },
    })),
  }
}

/** A name as it is, unless it would be read as something else. */
function sourceOf(image: string): string {
  const plain = image === image.trim() && !/#|\\|^[a-z][a-z0-9+.-]+:\/\//i.test(image)
  return plain ? image : `file:///${image.split('/').map(encodeURIComponent).join('/')}`
}

function selectorOf({ left, top, width, height, rotationDegrees = 0 }: Rectangle): object {
  const upright = { left, top, width, height }
  if (rotationDegrees === 0)
    return {
      type: 'FragmentSelector',
      conformsTo: 'http://www.w3.org/TR/media-frags/',
      value: `xywh=pixel:${rectangleText(upright)}`,
    }
  const turn = `rotate(${rotationDegrees} ${left + width / 2} ${top + height / 2})`
  const value = `<svg><rect x="${left}" y="${top}" width="${width}" height="${height}" transform="${turn}"/></svg>`
  return { type: 'SvgSelector', value }
}
