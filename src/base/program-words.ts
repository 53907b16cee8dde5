/** Names that programs which read JSON take for something else: as keys they are lost, or found where nobody has put them. */
import { foldedCase } from './path-name.js'

const words = new Set(['prototype', ...Object.getOwnPropertyNames(Object.prototype)].map(foldedCase))

/** Whether a name has a meaning of its own in programs: `__proto__`, `constructor` and the like, in capitals or not. */
export function isProgramWord(name: string): boolean {
  return words.has(foldedCase(name))
}
