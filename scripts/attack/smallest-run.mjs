/** The whole path at its smallest: 16 x 16 pixels, a generator of a few channels, three multiples. */
export const settings = [
  'preset=quick',
  'image.size=[16, 16]',
  'gan.steps=60',
  'gan.width=0.05',
  'gan.batchSize=16',
  'gan.checkpointEvery=20',
  'gan.gridEvery=20',
  'search.multiples=whole',
  'search.kMax=3',
  'search.windowSize=1',
  'search.repeats=2',
  'backbone.inputSize=[32, 32]',
]

/** The words of `kopt run` with these settings and `more`: films of the hospital itself, films of another. */
export function runWords({ inside, outside }, out, more = []) {
  const set = [...settings, ...more].flatMap((setting) => ['--set', setting])
  return ['run', inside, '--external', `b=${outside}`, '--out', out, ...set]
}
