/**
 * The datasets that a studio knows: where each lies and how it is opened. They stand in a file of the studio's own, read anew
 * each time, so that the command that opens a dataset and the server that shows it need not know of each other.
 */
import path from 'node:path'
import { z } from 'zod'
import { UserError } from '../../../base/errors.js'
import { exists, readJson, removeDirectory, writeJson } from '../../../base/files.js'
import { datasetName } from '../../../base/path-name.js'
import { requireThere } from '../../../dataset/open.js'
import type { DatasetOptions, DatasetSummary } from '../../wire/dataset.js'
import { idOf, NotHere, shownIn, type Workplace } from '../workplace.js'

const text = z.string().min(1).max(1000)

export const optionsForm = z.object({ patientFrom: text.optional(), positive: text.optional() })

const entryForm = z.object({
  path: z.string().min(1),
  name: z.string().min(1),
  kind: z.enum(['chosen', 'dropped', 'labelled', 'demonstration']),
  options: optionsForm,
})
const form = z.object({ datasets: z.array(entryForm) })

/** A dataset as it is kept. */
export type Dataset = z.infer<typeof entryForm> & { readonly id: string }

export class DatasetRegister {
  readonly #workplace: Workplace
  readonly #file: string

  constructor(workplace: Workplace) {
    this.#workplace = workplace
    this.#file = path.join(workplace.studio, 'datasets.json')
  }

  /** The latest first. */
  all(): Dataset[] {
    if (!exists(this.#file)) return []
    const { success, data } = form.safeParse(readJson(this.#file))
    if (!success)
      throw new UserError(
        `${shownIn(this.#workplace, this.#file)} is not the list of films that the studio has written; put a copy of it there, or remove it and choose the films again (none of them is lost)`,
      )
    return data.datasets.map((entry) => ({ ...entry, id: idOf(entry.path) }))
  }

  /** Throws `NotHere` where there is none of that id. */
  get(id: string): Dataset {
    const found = this.all().find((dataset) => dataset.id === id)
    if (!found) throw new NotHere('there are no such films here (any more); Films shows those that there are')
    return found
  }

  /** Adds a dataset, or takes the one that is known already to the front. Throws a `UserError` where nothing is there. */
  add(place: string, kind: Dataset['kind'], name?: string): Dataset {
    const where = path.resolve(this.#workplace.root, place)
    requireThere(where)
    const id = idOf(where)
    const known = this.all().find((dataset) => dataset.id === id)
    const dataset = known ?? { path: where, name: name ?? datasetName(where), kind, options: {}, id }
    this.#write([dataset, ...this.all().filter((other) => other.id !== id)])
    return dataset
  }

  change(id: string, options: DatasetOptions): void {
    this.get(id)
    this.#write(this.all().map((dataset) => (dataset.id === id ? { ...dataset, options } : dataset)))
  }

  /** Films and tables that the page has copied here are removed; others stay where they are. */
  forget(id: string): void {
    const { kind, path: place } = this.get(id)
    this.#write(this.all().filter((dataset) => dataset.id !== id))
    if (kind !== 'dropped' && kind !== 'labelled') return
    const copies = path.join(this.#workplace.studio, kind === 'dropped' ? 'uploads' : 'labels')
    const [folder] = path.relative(copies, place).split(path.sep)
    if (folder && folder !== '..') removeDirectory(path.join(copies, folder))
  }

  summary({ id, name, path: place, kind }: Dataset): DatasetSummary {
    return { id, name, place: shownIn(this.#workplace, place), kind }
  }

  #write(datasets: readonly Dataset[]): void {
    writeJson(this.#file, { datasets: datasets.map(({ id: _, ...entry }) => entry) })
  }
}
