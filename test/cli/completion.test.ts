import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { kopt, temporaryFolder } from '../support/kopt.js'

const verbs = [...kopt(['--help']).stdout.matchAll(/^ {2}([a-z][a-z-]*) (?:\[verb\])? {2,}/gm)].map(([, verb]) => verb)
const optionsOf = (...words: string[]) =>
  [...kopt([...words, '--help']).stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, option]) => option)

describe('kopt completion', () => {
  it.skipIf(process.platform === 'win32')('completes in bash verbs, verbs of verbs, options and values', () => {
    const folder = temporaryFolder()
    const script = path.join(folder, 'kopt.bash')
    writeFileSync(script, kopt(['completion', 'bash']).stdout)
    const lines = ['kopt ', 'kopt gan ', 'kopt run --', 'kopt gan train --', 'kopt schema r', 'kopt predict run f']
    const complete = `source ${script}
while IFS= read -r line; do
  read -ra COMP_WORDS <<< "$line"; [[ $line == *' ' ]] && COMP_WORDS+=('')
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _kopt; echo "\${COMPREPLY[@]}"
done`
    const { stdout } = spawnSync('bash', ['-c', complete], { input: `${lines.join('\n')}\n`, encoding: 'utf8' })
    const [all, ofGan, ofRun, ofTraining, ofSchema, files] = stdout.split('\n').map((line) => line.split(' '))
    expect(all).toEqual(expect.arrayContaining(['run', 'export', 'clean', 'completion']))
    expect(all.filter((verb) => !verbs.includes(verb) && verb !== 'help')).toEqual([])
    expect(ofGan).toEqual(['train', 'sample'])
    expect(ofRun.sort()).toEqual([...new Set(optionsOf('run'))].sort())
    expect(ofTraining.sort()).toEqual([...new Set(optionsOf('gan', 'train'))].sort())
    expect(ofSchema).toEqual(['result'])
    // what is left to the shell
    expect(files).toEqual([''])
  })

  it.each(['zsh', 'fish'])('names in %s every verb and every option of a run', (shell) => {
    const { code, stdout } = kopt(['completion', shell])
    expect(code).toBe(0)
    for (const verb of verbs.filter((one) => one !== 'help')) expect(stdout).toMatch(new RegExp(`'${verb}[:']`))
    for (const option of optionsOf('run')) {
      expect(stdout).toContain(shell === 'fish' ? ` -l ${option.slice(2)} ` : `'${option}:`)
    }
  })

  it('names the shells there are', () => {
    const { code, stderr } = kopt(['completion', 'tcsh'])
    expect(code).toBe(2)
    expect(stderr).toContain('(there are bash, zsh, fish)')
  })
})
