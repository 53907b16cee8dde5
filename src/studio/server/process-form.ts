/** The identity of a process as it is read back from a file of the studio. */
import { z } from 'zod'
import type { ProcessIdentity } from '../../base/process-identity.js'

export const processForm = z.object({
  host: z.string(),
  boot: z.string().nullable(),
  space: z.string().nullable(),
  pid: z.int().min(1),
  started: z.string().nullable(),
}) satisfies z.ZodType<ProcessIdentity>
