import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { demoFilms } from '../support/demo-films.js'
import { koptFile, temporaryFolder } from '../support/kopt.js'
import { need } from '../support/needs.js'

const long = ['run', 'films/hospital-a', '--preset', 'quick', '--out', 'run', '--set', 'gan.steps=10000000']

describe('a run of more than an hour', () => {
  it('says so and asks at a terminal; a no leaves a run that can be resumed', (context) => {
    const { status } = spawnSync('script', ['--version'])
    need(context, status === 0, 'script (a terminal for tests)', 'apt-get install bsdutils')
    const cwd = temporaryFolder()
    demoFilms(path.join(cwd, 'films'), 12)
    const line = [process.execPath, koptFile, ...long].map((word) => `'${word}'`).join(' ')
    const asked = spawnSync('script', ['-qec', line, '/dev/null'], {
      cwd,
      encoding: 'utf8',
      input: 'n\n',
      env: { ...process.env, CI: '' },
    })
    expect(asked.stdout).toContain('this takes more than an hour')
    expect(asked.stdout).toContain('Begin? [Y/n]')
    expect(asked.stdout).toContain('stopped before the long part; go on with: kopt resume run')
    expect(asked.status).toBe(130)
    expect(existsSync(path.join(cwd, 'run', 'config.yaml'))).toBe(true)
  })
})
