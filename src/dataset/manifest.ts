/** The schema of one row of a manifest: its columns and what each may hold. The reader names problems in its own words. */
import { z } from 'zod'

export const manifestSchema = z.object({
  file: z.string().min(1).describe("Path of the film, relative to the manifest's folder."),
  label: z.string().min(1).describe('Class of the film.'),
  patient: z.string().optional().describe('Key of the patient; in every row or in none. Stays private.'),
  split: z
    .enum(['train', 'val', 'tuning', 'test'])
    .optional()
    .describe('Set of the film, where the split is given; in every row or in none.'),
  roi: z
    .string()
    .regex(/^-?[\d.]+([,;\s]+-?[\d.]+){3,4}$/)
    .optional()
    .describe(
      'Region of interest in pixels of the upright image: left,top,width,height, and where wanted a rotation in degrees, clockwise about its centre.',
    ),
  frame: z
    .string()
    .regex(/^[1-9]\d*$/)
    .optional()
    .describe('Which frame of a DICOM file that holds several, from 1; by default the first.'),
  voi: z
    .string()
    .regex(/^(none|(lut|window):[1-9]\d*)$/)
    .optional()
    .describe(
      "Which of a DICOM file's views is shown: lut:N, window:N or none; by default its first look-up table, else its first window.",
    ),
  exclude: z
    .string()
    .optional()
    .describe(
      '1, yes, true or x leaves the film out; any other text does so and is the reason; empty, 0, no, false keep it.',
    ),
})

export type ManifestColumn = keyof typeof manifestSchema.shape

/** The columns that a manifest may have, in their usual order. */
export const manifestColumns = Object.keys(manifestSchema.shape) as ManifestColumn[]
