export function drawnFilms(file: string): { name: string; bytes: Uint8Array }[]
export function mutate(bytes: Uint8Array, rng: { uniform(): number }): Uint8Array
