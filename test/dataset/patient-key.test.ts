import { createHmac } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openPatientKey, PatientKey, patientKeyFile, patientNames } from '../../src/dataset/patient-key.js'
import { temporaryFolder } from './films-on-disk.js'

describe("the user's key", () => {
  it('is made once, for its owner alone, and kept', () => {
    const file = path.join(temporaryFolder(), 'kopt', 'patient-key')
    const name = openPatientKey(file).nameOf('0815')
    expect(readFileSync(file, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/)
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(openPatientKey(file).nameOf('0815')).toBe(name)
    expect(openPatientKey(path.join(temporaryFolder(), 'other')).nameOf('0815')).not.toBe(name)
  })

  it('lies where the environment or the system says', () => {
    expect(patientKeyFile({ KOPT_PATIENT_KEY_FILE: '/keys/mine' })).toBe(path.resolve('/keys/mine'))
    if (process.platform === 'linux') {
      expect(patientKeyFile({ XDG_CONFIG_HOME: '/settings' })).toBe('/settings/kopt/patient-key')
    }
  })

  it('is refused where it is damaged or has no place, with what to do', () => {
    const folder = temporaryFolder()
    writeFileSync(path.join(folder, 'short'), 'abc\n')
    expect(() => openPatientKey(path.join(folder, 'short'))).toThrow(
      /is no patient key: .* 64 hexadecimal digits; restore it/,
    )
    expect(() => openPatientKey(path.join(folder, 'short', 'key'))).toThrow(
      /KOPT_PATIENT_KEY_FILE, or keep the ids with --keep-patient-ids/,
    )
    mkdirSync(path.join(folder, 'folder'))
    expect(() => openPatientKey(path.join(folder, 'folder'))).toThrow(/is a folder/)
  })
})

describe('the name of a patient', () => {
  const key = new PatientKey(Uint8Array.from({ length: 32 }, (_, i) => i))

  it('is HMAC-SHA-256 of the id under the key', () => {
    const whole = createHmac('sha256', Buffer.from(Array.from({ length: 32 }, (_, i) => i)))
      .update('kopt patient\0MUELLER 7')
      .digest('hex')
    expect(key.nameOf('MUELLER 7')).toBe(`p-${whole.slice(0, 24)}`)
  })

  it('does not depend on padding or Unicode form, and stays as it is when it is one already', () => {
    expect(key.nameOf(' M\u00fcller ')).toBe(key.nameOf('Mu\u0308ller'))
    expect(key.nameOf(key.nameOf('7'))).toBe(key.nameOf('7'))
    expect(key.nameOf('07')).not.toBe(key.nameOf('7'))
  })

  it('is the id where the user keeps it, and then no key is made', () => {
    const file = path.join(temporaryFolder(), 'key')
    process.env.KOPT_PATIENT_KEY_FILE = file
    expect(patientNames({ keepPatientIds: true })('0815')).toBe('0815')
    const nameOf = patientNames({})
    expect(existsSync(file)).toBe(false)
    expect(nameOf('0815')).toMatch(/^p-[0-9a-f]{24}$/)
    expect(existsSync(file)).toBe(true)
  })
})
