/**
 * The face of the package: every entrance resolves as a user imports it, and exports exactly the names in exports.txt.
 * A name added or taken away there is a decision; `npx vitest run test/exports.test.ts -u` writes the list again.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '..')
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
const entrances = Object.keys(manifest.exports)

describe('the entrances of the package', () => {
  it('have code and types', () => {
    const files = Object.values(manifest.exports as Record<string, Record<string, string>>).flatMap(Object.values)
    expect(files.filter((file) => !existsSync(path.join(root, file)))).toEqual([])
  })

  it('export the names that are listed, and no others', async () => {
    const program = `
      const names = {}
      for (const entrance of ${JSON.stringify(entrances)}) {
        names[entrance] = Object.keys(await import('${manifest.name}' + entrance.slice(1))).sort()
      }
      console.log(JSON.stringify(names))`
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: root,
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    const names = JSON.parse(stdout) as Record<string, string[]>
    const list = entrances.map(
      (entrance) => `${manifest.name}${entrance.slice(1)}\n${names[entrance].map((name) => `  ${name}\n`).join('')}`,
    )
    await expect(list.join('\n')).toMatchFileSnapshot('exports.txt')
  })

  it('has a command that can be started', () => {
    const file = path.join(root, manifest.bin.kopt)
    expect(readFileSync(file, 'utf8').startsWith('#!/usr/bin/env node\n')).toBe(true)
  })
})
