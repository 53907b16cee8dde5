import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

test.skipIf(process.platform !== 'linux')('work that others go before has a lower priority in every thread', () => {
  const module = pathToFileURL(path.resolve('dist/base/background.js')).href
  const program = `
    import { pbkdf2 } from 'node:crypto'
    import { readdirSync, readFileSync } from 'node:fs'
    import { letOthersGoFirst } from ${JSON.stringify(module)}
    pbkdf2('a', 'b', 1, 8, 'sha1', () => {
      letOthersGoFirst()
      const nice = (id) => readFileSync('/proc/self/task/' + id + '/stat', 'utf8').split(') ')[1].split(' ')[16]
      console.log(readdirSync('/proc/self/task').map(nice).join(' '))
    })`
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  const threads = said.trim().split(' ')
  expect(threads.length).toBeGreaterThan(4)
  expect(new Set(threads)).toEqual(new Set(['10']))
})
