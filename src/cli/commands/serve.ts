/** `kopt serve`: predictions over HTTP, for other programs of the house. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { UserError } from '../../base/errors.js'
import { readText } from '../../base/files.js'
import { shown, shownLines } from '../../base/shown.js'
import type { ModelIdentity } from '../../service/answers.js'
import { startService } from '../../service/service.js'
import type { Outside } from '../command.js'
import { examples, wholeNumber } from '../options.js'

interface Options {
  arm?: string
  port: number
  host?: string
  allowedHosts?: string[]
  tokenFile?: string
  maxSize: number
  timeout: number
  queue: number
}

const tokenVariable = 'KOPT_SERVE_TOKEN'
const shortestToken = 32
/** MiB; no larger file is read as a film. */
const largestSize = 512
const loopback = ['127.0.0.1', '::1', 'localhost']
/** Beyond the time limit of requests, until the program is ended by force. */
const lastMs = 3000

export function define(command: Command, outside: Outside): void {
  command
    .description(
      'Answers other programs over HTTP: a film is posted to /predict, and JSON comes back with the same numbers as kopt predict\n' +
        'gives, the model that gave them, and whether the film is unlike the training films. No film is kept, and no name is logged.\n' +
        'It answers on this computer alone unless it is told otherwise, and never to a page in a browser. It ends with Ctrl-C or\n' +
        'SIGTERM, when what is under way has been answered, with exit code 0. Research use only: nothing here is a diagnosis.',
    )
    .argument('<model>', 'a run folder, or its model/classifier.onnx')
    .option('--arm <name>', 'another arm of the run, such as OD (default: the arm with the K found)')
    .addOption(new Option('--port <n>', 'port to answer at; 0: a free one').argParser(wholeNumber(0)).default(8756))
    .option(
      '--host <address>',
      'address of this computer to answer at (default: 127.0.0.1 and ::1); another one needs --allowed-hosts and a token',
    )
    .addOption(
      new Option(
        '--allowed-hosts <names>',
        'names that it may be reached by, separated by commas, such as kopt.hospital.example',
      ).argParser(hostNames),
    )
    .option(
      '--token-file <file>',
      `a file with the token that is asked for as Authorization: Bearer TOKEN (or it stands in ${tokenVariable})`,
    )
    .addOption(
      new Option('--max-size <MiB>', `mebibytes of a request, 1 to ${largestSize}`)
        .argParser(wholeNumber(1))
        .default(64),
    )
    .addOption(
      new Option('--timeout <seconds>', 'seconds from the arrival of a request to its answer')
        .argParser(wholeNumber(1))
        .default(30),
    )
    .addOption(
      new Option('--queue <n>', 'requests under way at a time; more are told to come again')
        .argParser(wholeNumber(1))
        .default(100),
    )
    .action((model: string, options: Options) => serve(model, options, outside))
  examples(command, [
    ['The model of a run, for programs on this computer', 'kopt serve runs/0001-ours'],
    [
      'A film, from another program',
      "curl --data-binary @film.png -H 'Content-Type: image/png' http://127.0.0.1:8756/predict",
    ],
    [
      'For the house, behind a proxy that does TLS',
      'kopt serve runs/0001-ours --host 0.0.0.0 --allowed-hosts kopt.hospital.example --token-file token.txt',
    ],
    ['Larger films, more patience', 'kopt serve runs/0001-ours --max-size 256 --timeout 120'],
  ])
}

async function serve(model: string, options: Options, outside: Outside): Promise<void> {
  const { arm, port, host, allowedHosts = [], maxSize, timeout, queue } = options
  if (maxSize > largestSize)
    throw new UserError(`--max-size ${maxSize} is more than is read as a film (${largestSize} MiB)`)
  if (timeout > 3600) throw new UserError(`--timeout ${timeout} is more than an hour; 3600 seconds are the most`)
  if (queue > 10_000) throw new UserError(`--queue ${queue} is more than can wait; 10000 are the most`)
  const token = tokenOf(options.tokenFile)
  if (host !== undefined && !loopback.includes(host)) requireGuarded(host, allowedHosts, token)
  const signal = outside.interruption({
    withinMs: 1000 * timeout + lastMs,
    words: shown`finishing what is under way ... (Ctrl-C again ends at once)`,
  })
  const service = await startService({
    model,
    ...(arm !== undefined && { arm }),
    port,
    ...(host !== undefined && { host }),
    allowedHosts,
    ...(token !== undefined && { token }),
    limits: { mostBytes: maxSize * 2 ** 20, mostRequests: queue, seconds: timeout },
    log: outside.note,
  })
  const address = `http://${host === undefined || host === 'localhost' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${service.port}`
  outside.result(
    { address, model: service.model, use: 'research use only' },
    shownLines([
      `${inWords(service.model)} answers at ${address}/predict`,
      `What it answers is described at ${address}/openapi.json. It ends with Ctrl-C. Research use only.`,
    ]),
  )
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await service.drain()
}

function inWords({ run, arm, k, sha256 }: ModelIdentity): string {
  return `${run === null ? 'The model' : `The model of ${run}`} (${arm}, K ${k}, SHA-256 ${sha256.slice(0, 16)})`
}

function requireGuarded(host: string, allowedHosts: readonly string[], token: string | undefined): void {
  const missing = [
    ...(allowedHosts.length === 0 ? ['--allowed-hosts with the names that it is to be reached by'] : []),
    ...(token === undefined ? [`a token (--token-file FILE, or ${tokenVariable})`] : []),
  ]
  if (missing.length > 0)
    throw new UserError(`--host ${host} lets other computers in; that needs ${missing.join(' and ')}`)
}

function tokenOf(file: string | undefined): string | undefined {
  const said = process.env[tokenVariable]
  // The processes that read films have no use for it.
  delete process.env[tokenVariable]
  if (said !== undefined && file !== undefined)
    throw new UserError(`a token stands in ${tokenVariable} and in --token-file ${file}; give one of them`)
  const where = file === undefined ? tokenVariable : `--token-file ${file}`
  const token = file === undefined ? said : readText(file, 4096).trim()
  if (token === undefined) return undefined
  if (!/^[\w.~+/-]+=*$/.test(token))
    throw new UserError(`${where}: a token has letters, digits and . _ ~ + / - alone; openssl rand -hex 32 makes one`)
  if (token.length < shortestToken)
    throw new UserError(
      `${where}: the token has ${token.length} characters, and can be guessed with fewer than ${shortestToken}; openssl rand -hex 32 makes one`,
    )
  return token
}

function hostNames(text: string): string[] {
  const names = text.split(',').map((name) => name.trim().toLowerCase())
  const wrong = names.find((name) => !/^([a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(:\d{1,5})?$/.test(name))
  if (wrong === undefined) return names
  throw new InvalidArgumentError(`'${wrong}' is no name of a host; kopt.hospital.example or 10.0.0.7:8756 are`)
}
