/** A plan: how it is getting on, then all that it says, before any hours are spent. */
import { capitalised } from '../../../base/capitalised.js'
import { counted, duration } from '../../../base/format.js'
import type { Plan } from '../../../record/plan.js'
import { stageWords } from '../../../record/stage.js'
import { learningCurveFigure, learningCurveTitle } from '../../../report/figures/learning-curve.js'
import { expectedTime, planSentences, timedWork, workersWords } from '../../../words/plan.js'
import type { PlanView } from '../../wire/plan.js'
import { Action } from '../parts/action.js'
import { Figure } from '../parts/figure.js'
import { Failed } from '../parts/notes.js'
import { send } from '../request.js'

export function PlanOutcome({ view, changed }: { readonly view: PlanView; readonly changed: boolean }) {
  const { id, state, lines, problem, plan } = view
  if (state === 'at work')
    return (
      <section class="now running" aria-label="Planning">
        <div role="status">
          <p>Planning: about two minutes, without a generator. {lines.at(-1) ?? ''}</p>
        </div>
        <progress aria-label="Planning" />
        <Action label="Stop planning" act={() => send('POST', `/api/plans/${id}/stop`)} />
      </section>
    )
  if (problem !== null) return <Failed message={problem} />
  if (plan === null) return null
  return (
    <>
      {changed && (
        <p class="failed" role="status">
          What stands above was changed since; this plan is of what stood there before.
        </p>
      )}
      <Says plan={plan} />
      <p>
        <a href={`/api/plans/${id}/page`} target="_blank" rel="noopener">
          The plan on a page of its own, to be talked over
        </a>
      </p>
    </>
  )
}

const tones = { yes: ['yes', '✓'], perhaps: ['unclear', '?'], hardly: ['no', '–'] } as const

function Says({ plan }: { readonly plan: Plan }) {
  const { advice, seconds, learningCurve, warnings, stages, machine } = plan
  const [tone, mark] = tones[advice.worth]
  const words = planSentences(plan)
  return (
    <>
      <section aria-label="What the plan says">
        <div class={`verdict ${tone}`}>
          <div class="mark" aria-hidden="true">
            {mark}
          </div>
          <div>
            <h2>{advice.text.split(': ')[0]}</h2>
            <List lines={advice.reasons.map((reason) => `${capitalised(reason)}.`)} />
            <p>The run would take {expectedTime(seconds)} on this machine.</p>
          </div>
        </div>
      </section>
      <section>
        <h2>What the test films could show</h2>
        <List lines={words.testSet} />
      </section>
      <section>
        <h2>Real films alone</h2>
        <List lines={words.learning} />
        {learningCurve && (
          <Figure
            id="learning-curve"
            draw={(id, width) =>
              learningCurveFigure(learningCurve.points, learningCurve.band, {
                id,
                width,
                title: learningCurveTitle,
                present: learningCurve.present,
              })
            }
          />
        )}
      </section>
      <section>
        <h2>How the films fall</h2>
        <List lines={words.split} />
        <List lines={warnings} />
      </section>
      <section>
        <h2>What would be done, and how long here</h2>
        <p>{words.work}.</p>
        <table>
          <caption>
            Expected time on {counted(machine.threads, 'thread')} ({machine.platform}), from {timedWork(plan)}.
          </caption>
          <thead>
            <tr>
              <th scope="col">Stage</th>
              <th scope="col">Expected</th>
              <th scope="col">From</th>
              <th scope="col">To</th>
            </tr>
          </thead>
          <tbody>
            {[
              ...stages.map(({ stage, seconds: own }) => ({ name: stageWords(stage), own })),
              { name: 'In all', own: seconds },
            ].map(({ name, own }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{duration(own.value)}</td>
                <td>{duration(own.low)}</td>
                <td>{duration(own.high)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p>{capitalised(workersWords(plan))}.</p>
      </section>
    </>
  )
}

function List({ lines }: { readonly lines: readonly string[] }) {
  if (lines.length === 0) return null
  return (
    <ul>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  )
}
