import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { problemOfDevice } from '../../src/runtime/device.js'
import { demoFilms } from '../support/demo-films.js'
import { kopt } from '../support/kopt.js'
import { comeToTraining } from './tiny-training.js'

describe('a training on CUDA', () => {
  it('asks for a card, and is left to others by a computer that has none (needs one without CUDA)', async (context) => {
    if ((await problemOfDevice('cuda')) === undefined) context.skip('CUDA is here')
    const { posted, unit, doOne } = await comeToTraining(['compute.device=cuda'])
    expect(unit).toMatchObject({ kind: 'training', gpus: 1 })
    expect(await doOne()).toBe(false)
    expect(posted.isFree(unit)).toBe(true)
    expect(posted.failure(unit)).toBeUndefined()
    const onProcessor = await comeToTraining()
    expect(onProcessor.unit).toMatchObject({ kind: 'training', gpus: 0 })
    expect(await onProcessor.doOne()).toBe(true)
  })
})

describe('jobs for a run', () => {
  const cwd = mkdtempSync(path.join(tmpdir(), 'kopt-cards-'))
  beforeAll(() => demoFilms(path.join(cwd, 'films'), 12))
  const printed = (out: string, template: string, ...more: string[]) => {
    const words = ['--executor', 'submit', '--template', template, '--print', ...more]
    const { code, stdout, stderr } = kopt(['run', 'films/hospital-a', '--out', out, ...words], { cwd })
    expect(code, stderr).toBe(0)
    return { job: stdout, said: stderr }
  }

  it.each([
    ['sge', ['--job', 'environment=smp'], '#$ -l gpu=1'],
    ['lsf', [], '#BSUB -gpu "num=1"'],
    ['htcondor', [], 'request_gpus = 1'],
    ['kubernetes', ['--job', 'image=a', '--job', 'claim=b', '--job', 'mount=/c'], 'nvidia.com/gpu: "1"'],
  ])('of %s ask for a card where it runs on one, and for none elsewhere', (template, jobs, line) => {
    expect(printed(`${template}-card`, template, ...jobs, '--device', 'cuda').job).toContain(line)
    expect(printed(`${template}-none`, template, ...jobs).job).not.toMatch(/gpu/i)
  })

  it('go by what --device auto has found here, which is said', () => {
    const { job, said } = printed('any', 'lsf', '--device', 'auto')
    const [, device] = /(?:networks run on (?:the )?)(processor|webgpu|cuda)/.exec(said) ?? []
    expect(device).toBeDefined()
    expect(job.includes('-gpu')).toBe(device !== 'processor')
  })
})
