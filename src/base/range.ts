/** 0, 1, and so on: as many as `length` says. */
export function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i)
}
