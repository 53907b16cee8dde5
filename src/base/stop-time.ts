/** How long the program may take to stop in good order, where whoever started it has said so (a job of a cluster, told beforehand). */
const said = Number(process.env.KOPT_STOP_SECONDS)

/** Undefined where nobody has: people at a terminal wait for a moment only. */
export const stopSeconds: number | undefined = said > 0 && said < 86_400 ? said : undefined

/** Signals that ask a program to stop; a cluster tells beforehand with further ones, and some tell all processes of a job. */
export const stopSignals: readonly NodeJS.Signals[] = [
  'SIGINT',
  'SIGTERM',
  ...(stopSeconds === undefined ? [] : (['SIGUSR1', 'SIGUSR2'] as const)),
]
