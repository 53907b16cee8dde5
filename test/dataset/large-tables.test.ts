/** Tables of 200,000 rows, each of a kind that once cost the square of its rows. Measured in the processor's time: others work here too. */
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { resolveKeys } from '../../src/dataset/labels/keys.js'
import { NameIndex } from '../../src/dataset/name-index.js'
import { openDataset } from '../../src/dataset/open.js'
import { temporaryFolder, writeFiles } from './films-on-disk.js'

const rows = 200_000
const many = <T>(of: (i: number) => T) => Array.from({ length: rows }, (_, i) => of(i))
/** Squares took minutes here; what is linear takes one or two seconds on a machine with nothing else to do. */
const mostSeconds = 20

function secondsOf(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

async function refusal(table: string) {
  const root = await writeFiles(temporaryFolder(), { 'a.png': 1, 'm.csv': table })
  let message = ''
  const seconds = secondsOf(() => {
    try {
      openDataset(path.join(root, 'm.csv'))
    } catch (error) {
      message = (error as Error).message
    }
  })
  return { message, seconds }
}

describe('200,000 rows', { timeout: 120_000 }, () => {
  it.each([
    ['of files that are not there', (i: number) => `lost${i}.png,c${i % 2}`, /200000 problems:[\s\S]*and 199980 more$/],
    ['of files in folders that are not there', (i: number) => `${i}/lost.png,c${i % 2}`, /and 199980 more$/],
    ['of one file under two labels', (i: number) => `a.png,c${i % 2}`, /199999 problems:[\s\S]*'c0' in row 2/],
    ['of one file under as many labels', (i: number) => `a.png,c${i}`, /199999 problems:[\s\S]*'c0' in row 2/],
  ])('%s are refused without waiting, the first of them named', async (_, row, sentence) => {
    const { message, seconds } = await refusal(`file,label\n${many(row).join('\n')}\n`)
    expect(message).toMatch(sentence)
    expect(message.split('\n')).toHaveLength(22)
    expect(seconds).toBeLessThan(mostSeconds)
  })

  it('of one name in as many folders are found by their paths', () => {
    let found = 0
    const seconds = secondsOf(() => {
      const index = new NameIndex(many((i) => `p${i}/study1/view1.jpg`))
      for (let i = 0; i < rows; i++) {
        const fits = index.find(`archive/train/p${i}/study1/view1.jpg`)
        if (fits.length === 1 && fits[0] === i) found++
        index.find('view1.jpg')
      }
    })
    expect(found).toBe(rows)
    expect(seconds).toBeLessThan(mostSeconds)
  })

  it('of keys without their leading zeros are joined', () => {
    const keys = many((i) => `00${i}`)
    let matches: ReturnType<typeof resolveKeys> = []
    const seconds = secondsOf(() => {
      matches = resolveKeys(
        many((i) => String(i)),
        { keys, manyFiles: false, exact: () => [] },
      )
    })
    expect(matches[77]).toEqual({ files: [77], change: 'zeros', present: '0077' })
    expect(seconds).toBeLessThan(mostSeconds)
  })
})
