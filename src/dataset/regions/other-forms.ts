/** Annotations in forms that are not read: which program's they are, known by content, and how to come to one that is. */
import { readHead } from '../../base/files.js'
import { sniffContent } from '../../image/codec.js'
import { dicomHeaderOf } from '../dicom-header.js'

const headBytes = 65_536
const asTable = 'write its rectangles into a CSV table with the columns file,left,top,width,height,label, in pixels'

/** What a file is that holds annotations in a form that is not read, as a phrase; undefined where it may be a table. */
export function otherAnnotations(file: string): string | undefined {
  const head = readHead(file, headBytes)
  const kind = sniffContent(head)
  if (kind === 'dicom') return ofDicom(dicomHeaderOf(file)?.facts.modality)
  if (kind === 'png' || kind === 'jpeg' || kind === 'tiff' || kind === 'bmp') {
    return `is an image, such as a mask, which is not read as regions: ${asTable}`
  }
  const begins = Buffer.from(head).toString('latin1')
  if (begins.startsWith('NRRD') || begins.startsWith('n+1\0', 344)) {
    return `is a mask of 3D Slicer, ITK-SNAP or the like (NRRD, NIfTI), which is not read: ${asTable}`
  }
  if (begins.startsWith('Iout')) {
    return `is an ImageJ region, which is not read: in ImageJ, add Bounding rectangle to Set Measurements, Measure, and save the table with the columns file,left,top,width,height`
  }
  const text = new TextDecoder()
    .decode(head)
    .replace(/^\ufeff/, '')
    .trimStart()
  if (/^#\s*Markups fiducial file/i.test(text))
    return `is a list of points of 3D Slicer, which are no rectangles: ${asTable}`
  return text.startsWith('<') ? ofXml(text) : ofLines(text)
}

function ofDicom(modality: string | undefined): string {
  const kinds: Record<string, string> = {
    SR: 'a DICOM structured report (SR)',
    RTSTRUCT: 'a DICOM structure set (RTSTRUCT)',
    SEG: 'a DICOM segmentation (SEG)',
    PR: 'a DICOM presentation state (PR)',
  }
  const kind = modality !== undefined && Object.hasOwn(kinds, modality) ? kinds[modality] : 'a DICOM file'
  return `is ${kind}, which is not read as regions: ${asTable}`
}

function ofXml(text: string): string | undefined {
  if (/<MRML\b/.test(text)) return `is a scene of 3D Slicer (MRML), which is not read: ${asTable}`
  if (/<annotations>/.test(text) && /<(image|track|meta|version)\b/.test(text)) {
    return 'is CVAT XML, which is not read: in CVAT choose Export dataset, COCO 1.0'
  }
  if (/<annotation\b/.test(text) && /<(object|bndbox|filename|folder)\b/.test(text)) {
    return 'is Pascal VOC XML (LabelImg), which is not read: write filename, xmin, ymin, xmax, ymax and name of every object into a CSV table with the columns file,xmin,ymin,xmax,ymax,label'
  }
  if (/<(Annotations|ASAP_Annotations)\b/.test(text))
    return `is XML of ASAP or ImageScope, which is not read: ${asTable}`
  // a spreadsheet in markup, which is told where tables are read
  if (/urn:schemas-microsoft-com:office|urn:oasis:names:tc:opendocument|^<(!doctype html|html|table|meta)/i.test(text))
    return undefined
  return /^(<\?xml|<!|<[A-Za-z])/.test(text) ? `is XML in a form that is not known: ${asTable}` : undefined
}

/** YOLO: a line holds a class's number and shares of the image. */
function ofLines(text: string): string | undefined {
  const lines = text.split(/\r?\n/).slice(0, 20)
  const whole = (lines.length < 20 && text.length < headBytes ? lines : lines.slice(0, -1)).filter(
    (line) => line.trim() !== '',
  )
  const share = String.raw`(0(\.\d+)?|1(\.0+)?|\.\d+|\d(\.\d+)?e-\d+)`
  const yolo = new RegExp(String.raw`^\s*\d{1,4}(\s+${share}){4,}\s*$`)
  if (whole.length === 0 || !whole.every((line) => yolo.test(line))) return undefined
  return 'is YOLO (a class number and shares of the image), which is not read: export COCO from the program that made it, or multiply: left = (x - w / 2) x image width, top = (y - h / 2) x image height'
}

/** The same for JSON. */
export function otherJson(json: unknown): string | undefined {
  const [first] = Array.isArray(json) ? json : [json]
  if (typeof first !== 'object' || first === null) return undefined
  const has = (...keys: string[]) => keys.every((key) => key in first)
  if (has('type', 'features') || (has('type', 'geometry') && first.type === 'Feature')) {
    return `is GeoJSON (QuPath), which is not read: ${asTable}`
  }
  if (has('markups')) return `is markups of 3D Slicer, which are not read: ${asTable}`
  if (has('annotations', 'data') || has('completions', 'data'))
    return 'is Label Studio JSON, whose numbers are percent: there choose Export, COCO'
  if (has('objects', 'size') || has('objects', 'tags'))
    return 'is Supervisely JSON, which is not read: there export COCO'
  if (has('data_row') || has('Labeled Data')) return 'is a Labelbox export, which is not read: convert it to COCO'
  if (has('project', 'metadata', 'file'))
    return 'is a project of VIA 3, which is not read: draw in VIA 2, or export COCO'
  if (has('item', 'annotations')) return 'is V7 Darwin JSON, which is not read: there export COCO'
  if (has('image', 'annotations')) return `is CreateML JSON, which is not read: ${asTable}`
  if (has('image_id', 'bbox'))
    return 'is COCO without its images (a list of results), so that no region has a file name: export the whole COCO file'
  if (has('annotations') && !has('images'))
    return `holds annotations without images, in a form that is not known: ${asTable}`
  return undefined
}
