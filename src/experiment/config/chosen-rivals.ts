/** The rivals that a configuration asks for, and why some of them can't stand beside this run's generator. */
import { type Rival, rivals } from '../../rivals/rival.js'
import { withoutRivalWords } from '../../words/rivals.js'
import type { Config } from './schema.js'

type Asked = Pick<Config, 'search' | 'generator' | 'backbone'>

export interface ChosenRivals {
  readonly taken: readonly Rival[]
  readonly leftOut: readonly LeftOutRival[]
}

export interface LeftOutRival {
  readonly name: string
  readonly label: string
  /** A sentence. */
  readonly reason: string
}

export function chosenRivals(config: Asked): ChosenRivals {
  const { rivals: asked } = config.search
  const wanted = rivals.filter(({ name }) => asked === 'all' || (asked !== 'none' && asked.includes(name)))
  const each = wanted.map((rival) => ({ rival, reason: reasonAgainst(rival, config) }))
  return {
    taken: each.flatMap(({ rival, reason }) => (reason === undefined ? [rival] : [])),
    leftOut: each.flatMap(({ rival: { name, label }, reason }) =>
      reason === undefined ? [] : [{ name, label, reason }],
    ),
  }
}

function reasonAgainst({ name, makes }: Rival, { generator, backbone }: Asked): string | undefined {
  if (name === generator.kind) return withoutRivalWords('is-generator')
  return makes === 'features' && backbone.unfreeze !== 'none' ? withoutRivalWords('features-are-trained') : undefined
}
