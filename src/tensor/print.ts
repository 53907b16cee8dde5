/**
 * A graph as text, for people and for snapshots: one equation a line with element type and shape.
 * Values are numbered as they appear; scalar constants stand where they are used.
 */
import type { NDArray } from '../base/ndarray.js'
import type { Graph, Value } from './graph.js'
import { showShape } from './shape.js'

const shownElements = 8

/**
 * The graph as text.
 *
 * @param graph what `trace` gives
 * @returns one equation a line
 */
export function printGraph(graph: Graph): string {
  const names = new Map<number, string>()
  const name = (value: Value): string => {
    const known = names.get(value.id)
    if (known !== undefined) return known
    const made = `%${names.size}`
    names.set(value.id, made)
    return made
  }
  const typed = (value: Value): string => `${name(value)}: ${value.dtype}${showShape(value.shape)}`
  const lines = [`inputs ${graph.inputs.map(typed).join(', ')}`.trimEnd()]
  const literals = new Map<number, string>()
  for (const value of graph.constantValues) {
    const array = graph.constants.get(value.id) as NDArray
    if (value.shape.length === 0) literals.set(value.id, showNumber(array.data[0], value.dtype))
    else lines.push(`${typed(value)} = constant ${showElements(array)}`)
  }
  const operand = (value: Value): string => literals.get(value.id) ?? name(value)
  for (const { primitive, inputs, params, output } of graph.equations) {
    const parts = [primitive, ...inputs.map(operand), ...showParams(params)]
    lines.push(`${typed(output)} = ${parts.join(' ')}`)
  }
  lines.push(`outputs ${graph.outputs.map(operand).join(', ')}`.trimEnd())
  return `${lines.join('\n')}\n`
}

function showElements({ data, dtype }: NDArray): string {
  const shown = Array.from(data.subarray(0, shownElements), (n: number) => showNumber(n, dtype)).join(', ')
  return data.length > shownElements ? `[${shown}, ...]` : `[${shown}]`
}

/** The shortest decimal that reads back as the same number. */
function showNumber(number: number, dtype: string): string {
  if (dtype !== 'float32' || !Number.isFinite(number)) return String(number)
  for (let digits = 1; digits <= 9; digits++) {
    const text = Number(number.toPrecision(digits))
    if (Math.fround(text) === number) return String(text)
  }
  return String(number)
}

function showParams(params: object): string[] {
  return Object.entries(params).map(([key, value]) => `${key}=${showParam(value)}`)
}

function showParam(value: unknown): string {
  if (Array.isArray(value)) return showShape(value)
  if (typeof value === 'object' && value !== null) return Object.values(value).map(showParam).join('..')
  return String(value)
}
