#!/usr/bin/env node
/**
 * The command `kopt`. What a verb does it does in a second process, which this one stops when it is asked to, however deep
 * that is in work that hears no signal; a help text needs no second one.
 */
const args = process.argv.slice(2)
const words = [...args, '--'].slice(0, [...args, '--'].indexOf('--'))
const verb = words.find((word) => !['--json', '--quiet', '--verbose'].includes(word))
const asksHelp = words.some((word) => ['-h', '--help', '-v', '--version'].includes(word))

if (verb === undefined || verb === 'help' || asksHelp) {
  const { main } = await import('./program.js')
  process.exitCode = await main(args)
} else {
  const { supervise } = await import('./supervise.js')
  process.exitCode = await supervise(args, { json: words.includes('--json') })
}
