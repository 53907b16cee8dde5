/** Files that were dropped or chosen, with the folders that they lie in, and their way to the server. */
import { RequestError, send, sendFile } from '../request.js'

export interface DroppedFile {
  /** With '/' between the folders and the name. */
  readonly name: string
  readonly file: File
}

/** Everything in what was dropped, folders with all that is in them. */
export async function droppedFiles(transfer: DataTransfer): Promise<DroppedFile[]> {
  // Entries have to be taken before the first wait: the event ends then.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? [])
  if (entries.length === 0) return [...transfer.files].map((file) => ({ name: file.name, file }))
  return (await Promise.all(entries.map((entry) => filesIn(entry, '')))).flat()
}

export function chosenFiles(list: FileList): DroppedFile[] {
  return [...list].map((file) => ({ name: file.webkitRelativePath || file.name, file }))
}

async function filesIn(entry: FileSystemEntry, above: string): Promise<DroppedFile[]> {
  const name = `${above}${entry.name}`
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
    return [{ name, file }]
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const found: DroppedFile[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return found
    for (const inside of some) found.push(...(await filesIn(inside, `${name}/`)))
  }
}

/** What systems leave in folders is no film. */
const leftBySystems = /(^|\/)(\.[^/]*|thumbs\.db|desktop\.ini|__MACOSX)(\/|$)/i
const atOnce = 3

/** How far the files are. */
export interface Copying {
  readonly done: number
  readonly of: number
  /** All were sent, and an archive among them is being unpacked. */
  readonly unpacking?: boolean
  /** Why none goes on for now; it does by itself when that is over. */
  readonly hindrance?: string
}

/** Sends files as a dataset; answers its id. What was sent is removed again where one is refused or the signal comes. */
export async function sendFilms(
  dropped: readonly DroppedFile[],
  onProgress: (copying: Copying) => void,
  signal: AbortSignal,
): Promise<string> {
  const { id, top, names } = await sendFiles(dropped, onProgress, signal)
  const all = { done: names.length, of: names.length, unpacking: names.some((name) => /\.zip$/i.test(name)) }
  onProgress(all)
  const name = top ?? (names.length === 1 ? (names[0] ?? '').replace(/\.zip$/i, '') : `${names.length} dropped films`)
  const data = { name: name.slice(0, 200) || 'dropped films' }
  const end = () => send<{ id: string }>('POST', `/api/uploads/${id}/end`, data, signal)
  return (await orRemoved(id, () => whenThereIsRoom(end, (hindrance) => onProgress({ ...all, hindrance }), signal))).id
}

/** Sends files that wait for what is to be done with them, under the id that is answered. Removed as above. */
export async function sendFiles(
  dropped: readonly DroppedFile[],
  onProgress: (copying: Copying) => void,
  signal: AbortSignal,
): Promise<{ readonly id: string; readonly top: string | undefined; readonly names: readonly string[] }> {
  const films = dropped.filter(({ name }) => !leftBySystems.test(name))
  const { top, names } = withoutTop(films.map(({ name }) => name))
  const { id } = await send<{ id: string }>('POST', '/api/uploads')
  return orRemoved(id, async () => {
    let next = 0
    let done = 0
    const lane = async () => {
      for (let i = next++; i < films.length; i = next++) {
        const { file } = films[i] as DroppedFile
        const one = () => sendFile(`/api/uploads/${id}/files`, file, names[i] ?? file.name, signal)
        await whenThereIsRoom(one, (hindrance) => onProgress({ done, of: films.length, hindrance }), signal)
        onProgress({ done: ++done, of: films.length })
      }
    }
    onProgress({ done: 0, of: films.length })
    await Promise.all(Array.from({ length: atOnce }, lane))
    return { id, top, names }
  })
}

const againAfterMs = 2000
/** The status of an answer about a disk without room. */
const diskFull = 507

/** What `work` answers, which is done again and again while there is no room on the disk; `onHindrance` is told so. */
async function whenThereIsRoom<T>(
  work: () => Promise<T>,
  onHindrance: (why: string) => void,
  signal: AbortSignal,
): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof RequestError) || error.status !== diskFull) throw error
      onHindrance(error.message)
    }
    await new Promise((resolve) => setTimeout(resolve, againAfterMs))
    signal.throwIfAborted()
  }
}

/** What `work` answers; where it fails, what was sent under the id is removed. */
async function orRemoved<T>(id: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await send('DELETE', `/api/uploads/${id}`).catch(() => {})
    throw error
  }
}

/** A folder that holds all of them is the dataset, and no class. */
function withoutTop(names: readonly string[]): { top: string | undefined; names: readonly string[] } {
  const top = names[0]?.split('/')[0]
  const common = top !== undefined && names.every((name) => name.startsWith(`${top}/`))
  return common ? { top, names: names.map((name) => name.slice(top.length + 1)) } : { top: undefined, names }
}
