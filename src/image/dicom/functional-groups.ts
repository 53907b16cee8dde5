/** Where enhanced multi-frame files keep what belongs to a frame (PS3.3, C.7.6.16): its own groups, then the shared ones. */
import type { DataSet } from './data-set.js'
import { type ElementName, elements } from './tags.js'

/** The first item of a functional group's sequence for a frame (from 1): the frame's own, then the shared one. */
export function frameItems(dataSet: DataSet, group: ElementName, frame: number): DataSet[] {
  const ofFrame = dataSet.items(elements.PerFrameFunctionalGroupsSequence, frame)[frame - 1]
  const [shared] = dataSet.items(elements.SharedFunctionalGroupsSequence, 1)
  return [ofFrame, shared].flatMap((groups) => groups?.items(group, 1) ?? [])
}
