/** A plan as one self-contained page. No film, no patient and no path is in it. */

import { capitalised } from '../base/capitalised.js'
import { counted, duration } from '../base/format.js'
import { toolName, version } from '../base/version.js'
import type { Plan } from '../record/plan.js'
import { stageWords } from '../record/stage.js'
import { expectedTime, planSentences, timedWork, workersWords } from '../words/plan.js'
import type { FigureDraw } from './figure-list.js'
import { learningCurveFigure, learningCurveTitle } from './figures/learning-curve.js'
import { html, type Markup } from './html.js'
import { bullets, learningCurveBlock, section, table } from './layout.js'
import { htmlPage } from './page.js'

/** What marks a page as a plan's. */
export const planMark = `${toolName} plan`

export function renderPlan(plan: Plan): string {
  const words = planSentences(plan)
  const body = html`
<header class="top">
  <p class="tool">${toolName} ${version}<span>Research use only</span></p>
  <h1>${plan.dataset}</h1>
  <p class="question">Is a run worth its time?</p>
</header>
<main>
${adviceCard(plan)}
${section('testset', 'What the test films could show', bullets(words.testSet))}
${section('learning', 'Real films alone', bullets(words.learning), curve(plan))}
${section('films', 'How the films fall', bullets(words.split), bullets(plan.warnings))}
${section('time', 'What would be done, and how long here', html`<p>${words.work}.</p>`, times(plan))}
</main>`
  return htmlPage(`${plan.dataset}: plan`, body, planMark)
}

const marks = { yes: ['yes', '✓'], perhaps: ['unclear', '?'], hardly: ['no', '–'] } as const

function adviceCard({ advice, seconds }: Plan): Markup {
  const [tone, mark] = marks[advice.worth]
  return html`<section id="verdict"><div class="verdict ${tone}"><div class="mark" aria-hidden="true">${mark}</div>
<div><h2>${advice.text.split(': ')[0]}</h2>
${bullets(advice.reasons.map((reason) => `${capitalised(reason)}.`))}
<p>The run would take ${expectedTime(seconds)} on this machine.</p></div></div></section>\n`
}

function curve({ learningCurve }: Plan): Markup | undefined {
  if (learningCurve === null) return undefined
  const { points, band, present } = learningCurve
  const draw: FigureDraw = (shape) =>
    learningCurveFigure(points, band, {
      id: `learning-curve-${shape}`,
      title: learningCurveTitle,
      present,
      width: shape === 'narrow' ? 350 : undefined,
    })
  return learningCurveBlock(draw)
}

function times(plan: Plan): Markup {
  const { stages, seconds, machine } = plan
  return table({
    caption: html`<b>Expected time</b> on ${counted(machine.threads, 'thread')} (${machine.platform}), from ${timedWork(plan)}; ${workersWords(plan)}.`,
    columns: [{ label: '' }, ...['Expected', 'From', 'To'].map((label) => ({ label, numeric: true }))],
    rows: [
      ...stages.map(({ stage, seconds: own }) => ({
        cells: [stageWords(stage), duration(own.value), duration(own.low), duration(own.high)],
      })),
      { cells: ['In all', duration(seconds.value), duration(seconds.low), duration(seconds.high)], strong: true },
    ],
  })
}
