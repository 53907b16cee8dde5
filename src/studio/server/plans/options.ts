/** Every option of a run with its default, unit and range, from the schema that the configuration is checked with. */
import { resolveConfig } from '../../../experiment/config/resolve.js'
import { configSchema } from '../../../experiment/config/schema.js'
import { generatorKinds } from '../../../generator/registry.js'
import { presetWords } from '../../../words/presets.js'
import type { OptionSection, OptionsView, OptionView } from '../../wire/options.js'
import { presetNames } from '../../wire/run-request.js'
import { typed } from '../typed.js'
import { rangeWords, type Schema, wordsOf } from './range-words.js'

/** Fields of a form by themselves. */
const main = ['dataset', 'external', 'positive', 'patientFrom'] as const

export function optionsView(): OptionsView {
  const { properties = {} } = configSchema.toJSONSchema({ io: 'input' }) as Schema
  const shown = Object.entries(properties).filter(([key]) => key !== 'preset' && !main.some((name) => name === key))
  const isSection = ([, schema]: [string, Schema]) => schema.properties !== undefined || schema.oneOf !== undefined
  const [sections, others] = [shown.filter(isSection), shown.filter((entry) => !isSection(entry))]
  return {
    presets: presetNames.map((name) => ({ name, words: presetWords[name] })),
    main: Object.fromEntries(
      main.map((name) => [name, emptyForNull(properties[name]?.description ?? '')]),
    ) as OptionsView['main'],
    sections: [
      {
        name: 'films',
        description: 'How films are read, and what is drawn by chance.',
        options: others.flatMap(([key, schema]) => optionsAt(key, schema)),
      },
      ...sections.map(([name, schema]) => section(name, schema)),
    ],
  }
}

function section(name: string, schema: Schema): OptionSection {
  const options = schema.oneOf ? kindOptions(name, schema.oneOf) : optionsAt(name, schema)
  return { name, description: schema.description ?? '', options }
}

function optionsAt(place: string, schema: Schema): OptionView[] {
  if (schema.properties)
    return Object.entries(schema.properties).flatMap(([key, below]) => optionsAt(`${place}.${key}`, below))
  // Of a table by the names of sets, the dataset's.
  if (typeof schema.additionalProperties === 'object') return [option(`${place}.internal`, schema, () => undefined)]
  return [option(place, schema, (preset) => valueAt(place, preset))]
}

/** A program is started from a command line alone. */
const kindsHere = generatorKinds.filter(({ kind }) => kind !== 'command')

/** Which kind it is, and the options of each. */
function kindOptions(name: string, schemas: readonly Schema[]): OptionView[] {
  const place = `${name}.kind`
  const choice: Schema = {
    enum: kindsHere.map(({ kind }) => kind),
    description: kindsHere.map(({ kind, about }) => `${kind}: ${about}`).join(' '),
  }
  const ofKinds = kindsHere.flatMap(({ kind, presets }) => {
    const { properties = {} } = schemas.find((each) => each.properties?.kind?.const === kind) ?? {}
    return Object.entries(properties).flatMap(([key, schema]) =>
      key === 'kind'
        ? []
        : [{ ...option(`${name}.${key}`, schema, (preset) => presets[preset]?.[key] ?? schema.default), kind }],
    )
  })
  return [option(place, choice, (preset) => valueAt(place, preset)), ...ofKinds]
}

function option(
  place: string,
  schema: Schema,
  defaultFor: (preset: (typeof presetNames)[number]) => unknown,
): OptionView {
  return {
    place,
    description: schema.description ?? '',
    unit: schema.unit ?? null,
    range: rangeWords(schema),
    choices: wordsOf(schema) ?? null,
    defaults: Object.fromEntries(
      presetNames.map((preset) => [preset, typed(defaultFor(preset))]),
    ) as OptionView['defaults'],
    kind: null,
  }
}

function valueAt(place: string, preset: (typeof presetNames)[number]): unknown {
  const config: unknown = resolveConfig({ dataset: 'films', preset })
  return place.split('.').reduce((value, key) => (value as Record<string, unknown> | undefined)?.[key], config)
}

/** In a field of its own nothing is typed where a configuration says null. */
function emptyForNull(description: string): string {
  return description.replace('null:', 'empty:')
}
