export const ways: readonly string[]
export function filesOf(run: string): string[]
export function stateFilesOf(run: string): string[]
export function damage(run: string, file: string, way: string): boolean
export function promisedBy(run: string): Record<string, string>
export function oneOfEachKind(files: readonly string[]): string[]
export function resumeDamaged(options: {
  run: string
  copy: string
  file: string
  way: string
  resume: (copy: string) => Promise<unknown>
  promised?: Record<string, string>
}): Promise<{ refused: Error | undefined; differing: string[] } | undefined>
