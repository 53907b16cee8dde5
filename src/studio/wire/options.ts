/** Every option that a run has, as a form shows it. */
import type { RunRequest } from './run-request.js'

export interface OptionView {
  /** Its key: `search.kMax`. */
  readonly place: string
  readonly description: string
  readonly unit: string | null
  /** What may stand there, in words. */
  readonly range: string
  /** What may stand there, where that is one of a few words. */
  readonly choices: readonly string[] | null
  /** What stands where nothing is said, as typed. */
  readonly defaults: Readonly<Record<RunRequest['preset'], string>>
  /** The one kind of generator that has it; null: it does not hang on that. */
  readonly kind: string | null
}

export interface OptionSection {
  readonly name: string
  readonly description: string
  readonly options: readonly OptionView[]
}

export interface OptionsView {
  readonly presets: readonly { readonly name: RunRequest['preset']; readonly words: string }[]
  /** Of the fields that a form shows by themselves: what they mean, by key. */
  readonly main: Readonly<Record<'dataset' | 'external' | 'positive' | 'patientFrom', string>>
  readonly sections: readonly OptionSection[]
}
