/** The thread that unpacks frames: a thread of its own can be stopped, and what it took is given back when it ends. */
import { parentPort } from 'node:worker_threads'
import { decodeFrame } from './codec-decoder.js'
import type { CodecJob } from './codec-job.js'

parentPort?.on('message', async (job: CodecJob) => {
  const reply = await decodeFrame(job)
  parentPort?.postMessage(reply, 'samples' in reply ? [reply.samples] : [])
})
