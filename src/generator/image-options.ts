/** How every kind's options name the classes and channels of its images. */
import { z } from 'zod'

export const classNames = z
  .custom<string[]>((value) => z.array(z.string().min(1)).safeParse(value).success, 'names')
  .refine((names) => names.length > 1, 'at least two classes')
  .refine((names) => new Set(names).size === names.length, 'different names')

export const channelCount = z.literal([1, 3])
