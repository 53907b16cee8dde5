/** What a request carries, in the form that it must have. */
import type { Context } from 'hono'
import type { z } from 'zod'
import { UserError } from '../../base/errors.js'

/** Throws a `UserError` where it is no JSON, or not of that form. */
export async function bodyOf<T>(c: Context, form: z.ZodType<T>): Promise<T> {
  let data: unknown
  try {
    data = await c.req.json()
  } catch {
    throw new UserError('the request is no JSON; load the page anew')
  }
  const { success, data: parsed, error } = form.safeParse(data)
  if (success) return parsed
  const problems = error.issues.map(({ path, message }) => `${path.join('.') || 'the request'}: ${message}`)
  throw new UserError(`the request can't be read (${problems.join('; ')}); load the page anew`)
}
