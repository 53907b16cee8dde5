/** The figures of `kopt quality` as lines to read, each beside what real images alone give and what it should be near. */
import { absent, count, figures, fixed, proportion, short } from '../base/format.js'
import { likenessInWords } from '../words/likeness.js'
import type { MeasuredQuality } from './measure-quality.js'

export function qualityInWords(quality: MeasuredQuality): string[] {
  const { n, kid, reference, copies, findings } = quality
  const heldOut = n.heldOut > 0 ? `, ${count(n.heldOut)} real ones held out` : ''
  const title = quality.class === undefined ? '' : `${quality.class}: `
  const beside = (value: string | undefined, what: string) => (value === undefined ? '' : `   (${what}: ${value})`)
  const lines = [
    `${title}${count(n.real)} real and ${count(n.synthetic)} synthetic images${heldOut}; ${quality.features} features`,
    `  KID        ${figure(kid.value)}${limits(kid)}${beside(reference.kid ? `${figure(reference.kid.value)}${limits(reference.kid)}` : undefined, 'held-out real')}   distance of the two sets of images, 0 where they are alike`,
    `  FID        ${figure(quality.fid)}${beside(reference.fid === null ? undefined : figure(reference.fid), 'two halves of the real')}   another such distance, too high in small sets`,
    `  precision  ${proportion(quality.precision)}   share of the synthetic images that look like real ones`,
    `  recall     ${proportion(quality.recall)}   share of the real images whose like was drawn: variety`,
    `  density    ${fixed(quality.density)}   how densely real images lie about the synthetic ones; 1 as about real ones`,
    `  coverage   ${proportion(quality.coverage)}   share of the real images with a synthetic one near them`,
  ]
  if (quality.msSsim) {
    const { real, synthetic, metric } = quality.msSsim
    lines.push(
      `  ${metric}, likeness of pairs (1: the same image): synthetic images ${fixed(synthetic.mean)}${limits(synthetic)}, of real ones ${fixed(real.mean)}${limits(real)}`,
    )
    const compared = likenessInWords(quality.msSsim, 'images')
    if (compared !== undefined) lines.push(`  synthetic images are ${compared}`)
  }
  const ratio = copies.nearestRatio === null ? absent : fixed(copies.nearestRatio, 2)
  const by = copies.reference === 'held-out' ? 'held-out real images' : 'real images among themselves'
  lines.push(
    `  nearest distance to a real image: ${ratio} times that of ${by}; authentic: ${proportion(copies.authenticity)}${beside(reference.authenticity === null ? undefined : proportion(reference.authenticity), 'held-out real')}`,
    `  ${findings.suspicious ? 'warning: ' : ''}${findings.copies}`,
    ...findings.warnings.map((text) => `  note: ${text}`),
    ...[quality.reason, kid.reason].flatMap((reason) => (reason ? [`  note: ${reason}`] : [])),
  )
  return lines
}

/** Three decimals, or three figures where that says nothing. */
function figure(value: number | null): string {
  if (value === null) return absent
  return Math.abs(value) >= 100 || (value !== 0 && Math.abs(value) < 0.01) ? figures(value) : short(value)
}

function limits({ low, high }: { low: number | null; high: number | null }): string {
  return low === null || high === null ? '' : ` (${figure(low)} to ${figure(high)})`
}
