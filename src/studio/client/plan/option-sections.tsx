/** Every further option, by its section: closed until it is wanted, open where something is wrong. */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

import { counted } from '../../../base/format.js'
import type { OptionSection, OptionView } from '../../wire/options.js'
import type { RequestProblem, RunRequest } from '../../wire/run-request.js'
import { setOption } from './draft.js'
import { Field, problemsAt } from './fields.js'

interface SectionsOptions {
  readonly sections: readonly OptionSection[]
  readonly request: RunRequest
  readonly problems: readonly RequestProblem[]
}

const kindPlace = 'generator.kind'

export function OptionSections({ sections, request, problems }: SectionsOptions) {
  const { set, preset } = request
  const all = sections.flatMap(({ options }) => options)
  const kind = set[kindPlace] ?? all.find(({ place }) => place === kindPlace)?.defaults[preset]
  return (
    <>
      {sections.map(({ name, description, options }) => {
        const shown = options.filter((option) => option.kind === null || option.kind === kind)
        const changed = shown.filter(({ place }) => set[place] !== undefined).length
        const wrong = shown.some(({ place }) => problemsAt(problems, place).length > 0)
        return (
          <Section key={name} wrong={wrong}>
            <summary>
              <strong>{name}</strong> {description}
              {changed > 0 && <span class="changed"> {counted(changed, 'option')} changed</span>}
            </summary>
            <div class="options">
              {shown.map((option) => (
                <OptionField key={`${option.kind} ${option.place}`} {...{ option, request, problems }} />
              ))}
            </div>
          </Section>
        )
      })}
    </>
  )
}

function OptionField({
  option,
  request: { set, preset },
  problems,
}: Pick<SectionsOptions, 'request' | 'problems'> & { readonly option: OptionView }) {
  const { place, description, choices, defaults } = option
  const byDefault = defaults[preset]
  const value = set[place]
  return (
    <Field
      place={place}
      label={<code>{place}</code>}
      value={value ?? (choices ? byDefault : '')}
      placeholder={byDefault}
      choices={choices?.map((word) => ({ value: word, label: word === byDefault ? `${word} (default)` : word }))}
      problems={problems}
      hint={
        <>
          {description} <span class="range">{permitted(option, byDefault)}</span>
        </>
      }
      onChange={(text) => setOption(place, text, byDefault)}
    />
  )
}

/** What may stand there, its unit and what stands there by itself; a list of choices shows the first itself. */
function permitted({ range, unit, choices }: OptionView, byDefault: string): string {
  return [choices ? '' : range, unit ?? '', byDefault === '' ? '' : `default ${byDefault}`].filter(Boolean).join('; ')
}

/** Opens by itself where something in it is wrong, and is closed by hand alone. */
function Section({ wrong, children }: { readonly wrong: boolean; readonly children: ComponentChildren }) {
  const details = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    if (wrong && details.current) details.current.open = true
  }, [wrong])
  return <details ref={details}>{children}</details>
}
