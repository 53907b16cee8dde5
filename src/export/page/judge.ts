/** Films one after the other through the page's thread, which is ended where a film takes too much of it. */
import { megabytes } from '../../base/format.js'
import { type PageFacts, pageBlocks } from '../page-facts.js'
import type { Answer, Beginning, Reply } from './film-worker.js'
import FilmWorker from './film-worker.js?worker&inline'

/** The largest file that is read, as by `kopt predict`. */
const maxFilmBytes = 512 * 2 ** 20
/** No film takes as long; what does is meant to. */
const longestSeconds = 120

export type Judgement = Answer | { readonly problem: string }

function block(name: keyof typeof pageBlocks): string {
  return document.getElementById(pageBlocks[name])?.textContent ?? ''
}

export function readFacts(): PageFacts {
  return JSON.parse(block('facts'))
}

export interface Judge {
  /** Rejects with a sentence where no film at all can be judged. */
  readonly ready: Promise<void>
  judge(file: File): Promise<Judgement>
}

/** Starts the thread. Films that are given while another is judged wait for it. */
export function startJudge(facts: PageFacts): Judge {
  let thread = startThread(facts)
  let last: Promise<unknown> = thread.then(() => undefined)
  const ready = last as Promise<void>
  const judgeNext = async (file: File): Promise<Judgement> => {
    if (file.size > maxFilmBytes) {
      return { problem: `has ${megabytes(file.size)}, more than a film does (at most ${megabytes(maxFilmBytes)})` }
    }
    const reply = await ask(await thread, file, longestSeconds)
    if (typeof reply === 'object' && 'answer' in reply) return reply.answer
    if (typeof reply === 'object' && 'problem' in reply) return reply
    // The thread is gone with all that it held; the next film gets a new one.
    thread = startThread(facts)
    await thread
    return { problem: typeof reply === 'object' && 'failure' in reply ? reply.failure : 'could not be judged' }
  }
  return {
    ready,
    judge(file) {
      const judged = last.then(() => judgeNext(file))
      last = judged
      return judged
    },
  }
}

async function startThread(facts: PageFacts): Promise<Worker> {
  const worker = new FilmWorker()
  const beginning: Beginning = {
    facts,
    classifier: block('classifier'),
    runtime: block('runtime'),
    decoders: block('decoders'),
  }
  const reply = await ask(worker, beginning, longestSeconds)
  if (typeof reply === 'object' && 'failure' in reply) throw new Error(reply.failure)
  return worker
}

/** The thread's reply; `failure` where it ended, or had to be ended. */
function ask(worker: Worker, message: Beginning | File, seconds: number): Promise<Reply> {
  return new Promise((resolve) => {
    const settle = (reply: Reply) => {
      clearTimeout(timer)
      worker.onmessage = null
      worker.onerror = null
      if (typeof reply === 'object' && 'failure' in reply) worker.terminate()
      resolve(reply)
    }
    const timer = setTimeout(() => settle({ failure: `was not judged within ${seconds} s` }), seconds * 1000)
    worker.onmessage = ({ data }: MessageEvent<Reply>) => settle(data)
    worker.onerror = (event) => {
      event.preventDefault()
      settle({ failure: `could not be judged (${event.message || 'it takes more memory than this browser gives'})` })
    }
    worker.postMessage(message)
  })
}
