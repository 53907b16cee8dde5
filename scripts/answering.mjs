/**
 * A process that answers what `kopt` would to many commands, one after the other, as it is built; each comes as a message
 * `{ words, cwd, env }` and is answered by `{ code, stdout, stderr }`. For tests and attacks: the two processes that `kopt` is for a user take
 * a quarter of a second a command.
 */
import { main } from '../dist/programs/cli-program.js'

process.setMaxListeners(0)
const home = process.cwd()
const streams = [process.stdout, process.stderr]
const writes = streams.map((stream) => stream.write)

process.on('message', async ({ words, cwd, env }) => {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name]
  Object.assign(process.env, env)
  process.chdir(cwd)
  const texts = ['', '']
  for (const [i, stream] of streams.entries()) {
    stream.write = (chunk, ...more) => {
      texts[i] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
      more.find((each) => typeof each === 'function')?.()
      return true
    }
  }
  const code = await main(words)
  for (const [i, stream] of streams.entries()) stream.write = writes[i]
  process.chdir(home)
  process.send({ code, stdout: texts[0], stderr: texts[1] })
})
