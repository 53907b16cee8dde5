import { describe, expect, it } from 'vitest'
import { openDataset } from '../../../src/dataset/open.js'
import { settlePatients } from '../../../src/dataset/patients/settle.js'
import { temporaryFolder, writeFiles } from '../films-on-disk.js'

/** Eight patients with a folder each, of two films: where they lie, `place` says. */
async function patients(place: (who: string, label: string, i: number) => string, patientFrom?: string) {
  const files: Record<string, number> = {}
  for (let i = 0; i < 8; i++) {
    const label = i < 4 ? 'normal' : 'sick'
    for (const n of [1, 2]) files[`${place(`patient${i}`, label, n)}/${n}.png`] = 10 * i + n
  }
  return openDataset(await writeFiles(temporaryFolder(), files), { patientFrom, name: 'ours' })
}

const settled = (cohort: Parameters<typeof settlePatients>[0], by: 'patient' | 'image' = 'patient') => {
  try {
    settlePatients(cohort, by)
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`
  }
  return 'settled'
}

describe('a split by patient, where nobody says who the patients are', () => {
  it('is refused with what to type where folders look like patients', async () => {
    expect(settled(await patients((who, label) => `${label}/${who}`))).toBe(
      'UserError: who are the patients of ours? 8 folders hold several films each (normal/patient0/1.png and ' +
        'normal/patient0/2.png), and nobody says who the patients are; films of one patient must not stand on both sides of a ' +
        "split. If the folders are patients, type --patient-from folder; if each film is another patient's, type --patient-from image",
    )
  })

  it.each(['folder', 'image', '(patient\\d)'])('goes on with --patient-from %s', async (from) => {
    expect(settled(await patients((who, label) => `${label}/${who}`, from))).toBe('settled')
  })

  it('goes on where the split is by image, as the paper has it', async () => {
    expect(settled(await patients((who, label) => `${label}/${who}`), 'image')).toBe('settled')
  })

  it('goes on with sets of the dataset that keep the folders together, and not where they tear them apart', async () => {
    const sets = ['train', 'val', 'test']
    const whole = await patients((who, label) => `${sets[Number(who.at(-1)) % 3]}/${label}/${who}`)
    expect([settled(whole), whole.warnings.length]).toEqual(['settled', 1])
    const torn = await patients((who, label, n) => `${sets[(Number(who.at(-1)) + n) % 3]}/${label}/${who}`)
    expect(settled(torn)).toMatch(/^UserError: who are the patients/)
    // tuning films would be drawn from the training films
    const untuned = await patients((who, label) => `${sets[2 * (Number(who.at(-1)) % 2)]}/${label}/${who}`)
    expect(settled(untuned)).toMatch(/^UserError: who are the patients/)
  })
})

describe('folders where classes were expected', () => {
  it('that look like patients are refused', async () => {
    const opened = patients((who, label) => `${who}/${label}`)
    await expect(opened).rejects.toThrow(
      "can't be used: it has 8 class folders that look like patients (patient0, patient1, patient2 ... and 5 more), with normal, sick inside: " +
        'put the folders of the classes outermost (normal/patient01/...), or list the films in a CSV manifest with the columns file,label,patient',
    )
  })

  it('that are grades or stages are classes', async () => {
    const files = Object.fromEntries([0, 1, 2, 3, 4, 5].map((grade) => [`grade${grade}/frontal/${grade}.png`, grade]))
    expect(openDataset(await writeFiles(temporaryFolder(), files)).classes).toHaveLength(6)
  })
})
