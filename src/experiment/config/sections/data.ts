/** Which films, of which hospitals, and how their classes, patients and regions are known. */
import { z } from 'zod'
import { filePath } from '../../../base/path-schema.js'

export const data = {
  dataset: filePath().meta({ description: 'Folder with one folder per class, or a CSV manifest.' }),
  external: z
    .record(z.string(), filePath())
    .default({})
    .meta({ description: "Other hospitals' films, scored once at the end: a name and the path of each." }),
  positive: z.string().nullable().default(null).meta({
    description:
      'The class that is looked for; null: of two classes the one that is not called normal or the like, of more each against the rest.',
  }),
  patientFrom: z.string().nullable().default(null).meta({
    description:
      'How to read the patient from a film\'s path: "folder", "prefix", or a regular expression whose first group it is; after "place:" equal names in two folders are two patients; "image": each film is another patient\'s; null: from DICOM headers or the manifest.',
  }),
  encoding: z.string().nullable().default(null).meta({
    description:
      'Code page of tables (manifests, regions, labels, scores) that are not UTF-8: windows-1252, shift_jis, gb18030 and so on; null: found by its words, asked where in doubt.',
  }),
  roi: z.record(z.string(), filePath()).default({}).meta({
    description:
      'Regions of interest: a CSV, LabelMe, COCO, VIA or W3C annotation file, or a folder of them, for the dataset (internal) and for external sets by their names.',
  }),
  skipUnreadable: z
    .boolean()
    .default(false)
    .meta({ description: 'Go on without files that cannot be read as images; they are counted in the report.' }),
  keepPatientIds: z.boolean().default(false).meta({
    description: "Keep patient ids as they are in the run's private folder, not as hashes under the user's key.",
  }),
}
