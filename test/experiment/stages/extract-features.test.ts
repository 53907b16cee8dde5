import { describe, expect, it } from 'vitest'
import { readNpy } from '../../../src/base/npy.js'
import { extractFilmFeatures, featureMatrix, nativePixels } from '../../../src/experiment/stages/extract-features.js'
import { preparedWork } from '../tiny-work.js'

describe('extracting features', () => {
  it('leaves a row for each film that the search may see, on the common path and at the backbone’s own size', async () => {
    const { context, prepared, backbone } = await preparedWork({ set: ['image.size=[24, 24]'] })
    const { train, selection } = prepared.search
    const stored = (name: string) => readNpy(context.directory.featureMatrix(name), 'float32')
    for (const [name, set] of Object.entries({ train, selection })) {
      expect(stored(name)).toEqual(await backbone.extract(set.pixels))
      const native = await nativePixels(context, set, backbone)
      expect(native.shape).toEqual([set.films.length, 16, 16, 1])
      expect(stored(`${name}-native`)).toEqual(await backbone.extract(native))
      expect(stored(`${name}-native`)).not.toEqual(stored(name))
    }
  })

  it('asks for no image where the matrix stands', async () => {
    const { context, prepared, cache, events } = await preparedWork()
    const unwanted = () => {
      throw new Error('asked for images')
    }
    const file = await featureMatrix(context, cache, 'train', unwanted, unwanted)
    expect(file).toBe(context.directory.featureMatrix('train'))
    await expect(featureMatrix(context, cache, 'other', unwanted, unwanted)).rejects.toThrow('asked for images')
    await extractFilmFeatures(context, prepared.search, cache)
    expect(events.at(-1)).toMatchObject({ type: 'stage-finished', stage: 'extract-features', skipped: true })
  })
})
