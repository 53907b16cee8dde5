/** What a JSON Schema permits, in words. */

export interface Schema {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly prefixItems?: readonly Schema[]
  readonly items?: boolean | Schema
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly multipleOf?: number
  readonly format?: string
  readonly default?: unknown
  readonly description?: string
  readonly unit?: string
}

/** `a whole number from 1 to 1000`, `quick, standard or kong2022`. */
export function rangeWords(schema: Schema): string {
  const words = wordsOf(schema)
  if (words) return listed(words)
  if (schema.const !== undefined) return String(schema.const)
  if (schema.anyOf) return listed(schema.anyOf.map(rangeWords))
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? [])
  return listed(types.map((type) => typeWords(type, schema)))
}

/** The words of which one must stand there; undefined where anything else may. */
export function wordsOf({ enum: values, type }: Schema): readonly string[] | undefined {
  if (values) return values.map(String)
  return type === 'boolean' ? ['true', 'false'] : undefined
}

function typeWords(type: string, schema: Schema): string {
  switch (type) {
    case 'integer':
      return numberWords('a whole number', schema)
    case 'number':
      return numberWords('a number', schema)
    case 'array':
      return arrayWords(schema)
    case 'null':
      return 'null'
    case 'object':
      return 'a path'
    default:
      return schema.format === 'path' ? 'a path' : 'text'
  }
}

function numberWords(
  noun: string,
  { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: Schema,
): string {
  const kind = multipleOf === undefined ? noun : `${noun}, a multiple of ${multipleOf},`
  const most = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined
  const low =
    exclusiveMinimum !== undefined ? `above ${exclusiveMinimum}` : minimum !== undefined ? `from ${minimum}` : ''
  const high = exclusiveMaximum !== undefined ? `below ${exclusiveMaximum}` : most !== undefined ? `to ${most}` : ''
  if (exclusiveMinimum !== undefined && most !== undefined) return `${kind} above ${exclusiveMinimum}, at most ${most}`
  return [kind, low, high === '' && low !== '' && exclusiveMinimum === undefined ? 'on' : high]
    .filter(Boolean)
    .join(' ')
}

function arrayWords({ prefixItems, items }: Schema): string {
  if (prefixItems?.[0]) return `[${prefixItems.map(() => '…').join(', ')}], each ${rangeWords(prefixItems[0])}`
  return typeof items === 'object' ? `a list in brackets, each ${rangeWords(items)}` : 'a list in brackets'
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}
