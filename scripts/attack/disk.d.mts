export const enough: number
export function mountDisk(place: string):
  | { readonly problem: string }
  | {
      readonly problem?: undefined
      readonly block: number
      resize(bytes: number): void
      used(): number
      emptied(name: string): string
      unmount(): unknown
    }
