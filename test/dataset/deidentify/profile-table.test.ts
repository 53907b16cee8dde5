import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { UserError } from '../../../src/base/errors.js'
import { profileTable, readProfileTable } from '../../../src/dataset/deidentify/profile-table.js'
import { temporaryFolder } from '../../support/kopt.js'

const file = path.join(import.meta.dirname, '../../../src/dataset/deidentify/profile-table.json')
const written = JSON.parse(readFileSync(file, 'utf8'))

describe('the table of the Basic Profile', () => {
  test('holds the rules that kopt has always had, one of PS3.15 a row', () => {
    const { rows, edition } = profileTable()
    const lines = [...rows].map(([tag, { vr, action, datedOption, name }]) => {
      const digits = tag.toString(16).toUpperCase().padStart(8, '0')
      return `${digits.slice(0, 4)},${digits.slice(4)} ${vr} ${action}${datedOption ? '+C' : ''} ${name}`
    })
    expect(edition).toBe('2024b/2026c')
    expect(lines).toHaveLength(652)
    expect(lines[0]).toBe('0000,1000 UI X Affected SOP Instance UID')
    // of the table as it stood in the program's text before it became a file
    expect(createHash('sha256').update(lines.join('\n')).digest('hex')).toBe(
      '3d4eb467d92be44edf206b6130ef747cd25fe30377187dbc1f721c8eed53cfc3',
    )
  })

  const [first, second] = written.rows
  const broken: [string, unknown][] = [
    ['an action that the profile does not know', { ...written, rows: [{ ...first, action: 'K' }] }],
    ['a tag that is none', { ...written, rows: [{ ...first, tag: '0008,12' }] }],
    ['a row twice', { ...written, rows: [first, first] }],
    ['rows out of order', { ...written, rows: [second, first] }],
    ['no rows', { ...written, rows: [] }],
    ['no edition', { ...written, edition: undefined }],
  ]
  test.each(broken)('is refused with %s', (_, table) => {
    const place = path.join(temporaryFolder(), 'table.json')
    writeFileSync(place, JSON.stringify(table))
    expect(() => readProfileTable(place)).toThrow(UserError)
    expect(() => readProfileTable(place)).toThrow(/install kopt again/)
  })

  test('is refused where it is cut off or missing', () => {
    const place = path.join(temporaryFolder(), 'table.json')
    expect(() => readProfileTable(place)).toThrow(/install kopt again/)
    writeFileSync(place, readFileSync(file).subarray(0, 5000))
    expect(() => readProfileTable(place)).toThrow(/install kopt again/)
  })
})
