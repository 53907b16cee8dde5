/** What stands at the beginning of a page: which command made it. */
export function pageMark(madeBy: string): string {
  return `<meta name="generator" content="${madeBy}">`
}
