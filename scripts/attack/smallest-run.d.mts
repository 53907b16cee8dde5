export function runWords(films: { inside: string; outside: string }, out: string, more?: readonly string[]): string[]
