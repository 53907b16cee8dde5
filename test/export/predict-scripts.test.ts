import { spawnSync } from 'node:child_process'
import { copyFileSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readRaster } from '../../src/dataset/load.js'
import { openClassifier } from '../../src/head/predict.js'
import { classProbabilities } from '../../src/head/probability.js'
import { decodeModel } from '../../src/tensor/onnx/format/protobuf.js'
import { temporaryFolder } from '../support/kopt.js'

const root = path.resolve(import.meta.dirname, '..', '..')
const golden = path.join(root, 'test', 'golden', 'predict-script')
const { probabilities } = JSON.parse(readFileSync(path.join(golden, 'expected.json'), 'utf8')) as {
  /** Of predict.py, by classifier, film and class. */
  probabilities: Record<string, Record<string, Record<string, number>>>
}

describe.each(Object.entries(probabilities))(
  'the scripts that predict, with a classifier of %s films',
  (name, films) => {
    const model = path.join(golden, `${name}.onnx`)

    it('give in Python what kopt predict gives', async () => {
      const classifier = await openClassifier(model, { threads: 1 })
      const { classes, positive } = classifier.info
      const rasters = await Promise.all(Object.keys(films).map((film) => readRaster({ file: path.join(golden, film) })))
      const logits = await classifier.logits(rasters)
      await classifier.close()
      Object.values(films).forEach((expected, i) => {
        const found = classProbabilities(logits[i], positive === null ? null : classes.indexOf(positive))
        classes.forEach((one, c) => {
          expect(Math.abs(found[c] - expected[one]), `${Object.keys(films)[i]}, ${one}`).toBeLessThan(1e-5)
        })
      })
    })

    it('give in Node what they give in Python', () => {
      const folder = temporaryFolder()
      copyFileSync(path.join(root, 'src', 'export', 'examples', 'predict.mjs'), path.join(folder, 'predict.mjs'))
      copyFileSync(model, path.join(folder, 'classifier.onnx'))
      symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction')
      const info = decodeModel(readFileSync(model)).metadata.find(({ key }) => key === 'kopt')?.value
      writeFileSync(path.join(folder, 'metadata.json'), `{"kopt": ${info}}`)
      const words = ['predict.mjs', ...Object.keys(films).map((film) => path.join(golden, film))]
      const { stdout, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' })
      expect(stderr).toBe('')
      const answers = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(answers).toHaveLength(Object.keys(films).length)
      for (const { file, ...found } of answers) {
        const expected = films[path.basename(file)]
        for (const one of Object.keys(expected)) expect(Math.abs(found[one] - expected[one]), file).toBeLessThan(1e-5)
      }
    })
  },
)
