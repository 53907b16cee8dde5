/** Choosing what a run shall be, seeing beforehand what it could show, and starting it. */
import { useEffect, useState } from 'preact/hooks'
import type { DatasetSummary } from '../../wire/dataset.js'
import type { OptionsView } from '../../wire/options.js'
import type { PlanView } from '../../wire/plan.js'
import type { RequestProblem, RunRequest } from '../../wire/run-request.js'
import { Action } from '../parts/action.js'
import { Awaited, Command, Failed } from '../parts/notes.js'
import { commandLine } from '../plan/command-line.js'
import { change, chosen, clearDraft, draft, take } from '../plan/draft.js'
import { ExternalSets } from '../plan/external-sets.js'
import { Field, fieldId } from '../plan/fields.js'
import { OptionSections } from '../plan/option-sections.js'
import { PlanOutcome } from '../plan/outcome.js'
import { get, RequestError, send } from '../request.js'
import { useResource } from '../resource.js'
import { go } from '../route.js'

/** `entry`: of the queue, to be mended. */
export function PlanScreen({ entry }: { readonly entry: string | undefined }) {
  const options = useResource<OptionsView>('/api/options')
  const [failure, setFailure] = useState<string>()
  useEffect(() => {
    if (entry === undefined || draft.value.entry === entry) return
    get<RunRequest>(`/api/queue/${entry}/request`)
      .then((request) => take(request, entry))
      .catch((error: Error) => setFailure(error.message))
  }, [entry])
  return (
    <>
      <h1>Plan a run</h1>
      {failure !== undefined && <Failed message={failure} />}
      <Awaited of={options}>{(view) => <PlanForm options={view} />}</Awaited>
      <Command text={commandLine('run', chosen())} />
    </>
  )
}

function PlanForm({ options: { presets, main, sections } }: { readonly options: OptionsView }) {
  const { request, plan, entry } = draft.value
  const datasets = useResource<readonly DatasetSummary[]>('/api/datasets', 'datasets')
  const [problems, setProblems] = useState<readonly RequestProblem[]>([])
  const known = new Set([...Object.keys(main), ...sections.flatMap(({ options }) => options.map(({ place }) => place))])
  const elsewhere = problems.filter(({ place }) => place === null || !known.has(place))
  /** Sends what was chosen; what is wrong with it is shown where it stands. */
  const asked = async (address: string): Promise<string | undefined> => {
    try {
      const { id } = await send<{ id: string }>('POST', address, chosen())
      setProblems([])
      return id
    } catch (error) {
      const told = error instanceof RequestError ? error.problems : undefined
      if (told === undefined) throw error
      setProblems(told)
      const first = told.find(({ place }) => place !== null && known.has(place))?.place
      if (first) setTimeout(() => document.getElementById(fieldId(first))?.focus())
      return undefined
    }
  }
  const makePlan = async () => {
    const id = await asked('/api/plans')
    if (id !== undefined) draft.value = { ...draft.value, plan: id }
  }
  const start = async () => {
    if ((await asked('/api/queue')) === undefined) return
    if (entry !== null) await send('DELETE', `/api/queue/${entry}`).catch(() => {})
    clearDraft()
    go('/runs')
  }
  return (
    <>
      <form class="plan" onSubmit={(event) => event.preventDefault()}>
        <Field
          place="dataset"
          label="Films"
          hint={`${main.dataset} Those that were opened under Films are offered.`}
          value={request.dataset}
          placeholder="films/ours"
          offered={datasets.answer?.map(({ place }) => place)}
          problems={problems}
          onChange={(dataset) => change({ dataset })}
        />
        <fieldset>
          <legend>What for</legend>
          {presets.map(({ name, words }) => (
            <label class="preset" key={name}>
              <input
                type="radio"
                name="preset"
                checked={request.preset === name}
                onChange={() => change({ preset: name })}
              />
              <span>
                <strong>{name}</strong> {words}
              </span>
            </label>
          ))}
        </fieldset>
        <div class="options">
          <Field
            place="positive"
            label="Class that is looked for"
            hint={main.positive}
            value={request.positive ?? ''}
            problems={problems}
            onChange={(text) => change({ positive: text === '' ? null : text })}
          />
          <Field
            place="patientFrom"
            label="How patients are known"
            hint={main.patientFrom}
            value={request.patientFrom ?? ''}
            offered={['folder', 'prefix', 'image']}
            problems={problems}
            onChange={(text) => change({ patientFrom: text === '' ? null : text })}
          />
        </div>
        <ExternalSets hint={main.external} external={request.external} problems={problems} />
        <h2>Every other option</h2>
        <p>Only what is changed is asked for; an empty field is the default.</p>
        <OptionSections {...{ sections, request, problems }} />
        {elsewhere.map(({ text }) => (
          <Failed key={text} message={text} />
        ))}
        <div class="actions">
          <Action primary={plan === null} label="Plan" act={makePlan} />
          <Action primary={plan !== null} label="Start" act={start} />
          <Action
            label="Empty the form"
            twice="Empty it"
            act={async () => {
              clearDraft()
              setProblems([])
            }}
          />
        </div>
      </form>
      {plan !== null && <Planned id={plan} request={chosen()} />}
    </>
  )
}

function Planned({ id, request }: { readonly id: string; readonly request: RunRequest }) {
  const plan = useResource<PlanView>(`/api/plans/${id}`, `plan:${id}`)
  return (
    <Awaited of={plan}>
      {(view) => <PlanOutcome view={view} changed={JSON.stringify(view.request) !== JSON.stringify(request)} />}
    </Awaited>
  )
}
