import type { Result } from './result.js'

/** Whether a run only showed the path: its preset trains too short a time for an answer. */
export function isDemonstration({ config }: Pick<Result, 'config'>): boolean {
  return config.preset === 'quick'
}
