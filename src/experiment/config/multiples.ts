/** The grid of multiples K that a search may try. */
import { elementAt } from '../../base/element-at.js'
import type { Config } from './schema.js'

type Asked = Pick<Config['search'], 'multiples' | 'kMax'>

/** What stands between 1 and 2 in the grid `fine`. */
const between = [1.1, 1.25, 1.5]

/** The multiples, strictly ascending; at least one. */
export function multiplesTried({ multiples, kMax }: Asked): readonly number[] {
  if (typeof multiples !== 'string') return multiples
  const whole = Array.from({ length: kMax }, (_, i) => i + 1)
  return multiples === 'fine' && kMax > 1 ? [1, ...between, ...whole.slice(1)] : whole
}

export function largestTried(search: Asked): number {
  const tried = multiplesTried(search)
  return elementAt(tried, tried.length - 1)
}

/** The same work with a search that ends earlier, where the images do. */
export function upToMultiple<Context extends { readonly config: Config }>(context: Context, kMax: number): Context {
  const { search } = context.config
  const multiples = multiplesTried(search).filter((k) => k <= kMax)
  return { ...context, config: { ...context.config, search: { ...search, multiples } } }
}
