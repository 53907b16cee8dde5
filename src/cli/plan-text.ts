/** A plan as lines for the terminal. */

import { counted, duration } from '../base/format.js'
import type { Plan } from '../record/plan.js'
import { stageWords } from '../record/stage.js'
import { expectedTime, planSentences, timedWork, workersWords } from '../words/plan.js'

export function planText(plan: Plan): string[] {
  const { machine } = plan
  const words = planSentences(plan)
  return [
    plan.advice.text,
    ...plan.advice.reasons.slice(1).map((reason) => `  also: ${reason}`),
    '',
    `What would be done (preset ${plan.preset}, backbone ${plan.backbone})`,
    `  ${words.work}`,
    '',
    `How long here: ${expectedTime(plan.seconds)}`,
    ...plan.stages.map(({ stage, seconds }) => `  ${duration(seconds.value).padStart(12)}  ${stageWords(stage)}`),
    `  ${workersWords(plan)}`,
    `  measured here with ${counted(machine.threads, 'thread')}: ${timedWork(plan)}`,
    '',
    'How the films fall',
    ...words.split.map((line) => `  ${line}`),
    '',
    'What the test films could show',
    ...words.testSet.map((line) => `  ${line}`),
    '',
    'Real films alone',
    ...words.learning.map((line) => `  ${line}`),
    ...plan.warnings.map((warning) => `warning: ${warning}`),
  ]
}
