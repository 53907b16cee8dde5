/** Slow twins: the AUC and its parts by their definitions, pair by pair. */

/** 1 where the diseased case scores higher, one half for a tie. */
function kernel(diseased: number, healthy: number): number {
  return diseased > healthy ? 1 : diseased === healthy ? 0.5 : 0
}

function split(yTrue: readonly number[], yScore: readonly number[]) {
  return {
    diseased: yScore.filter((_, i) => yTrue[i] === 1),
    healthy: yScore.filter((_, i) => yTrue[i] === 0),
  }
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length

export function slowAuc(yTrue: readonly number[], yScore: readonly number[]): number {
  const { diseased, healthy } = split(yTrue, yScore)
  return mean(diseased.flatMap((d) => healthy.map((h) => kernel(d, h))))
}

export function slowPlacements(yTrue: readonly number[], yScore: readonly number[]) {
  const { diseased, healthy } = split(yTrue, yScore)
  return {
    positive: diseased.map((d) => mean(healthy.map((h) => kernel(d, h)))),
    negative: healthy.map((h) => mean(diseased.map((d) => kernel(d, h)))),
  }
}
