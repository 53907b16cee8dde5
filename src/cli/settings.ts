import { UserError } from '../base/errors.js'

/** `key=value` pairs as an object; values as JSON writes numbers and truth values, all else as text. */
export function parseSettings(settings: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    settings.map((text) => {
      const at = text.indexOf('=')
      if (at < 1) throw new UserError(`--set ${text}: expected key=value, for example --set batchSize=32`)
      return [text.slice(0, at), settingValue(text.slice(at + 1))]
    }),
  )
}

function settingValue(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}
