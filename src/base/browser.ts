/** Opens an address in the user's browser. */
import { spawn } from 'node:child_process'

/** Answers whether a program took the address; a computer without a screen has none. */
export function openInBrowser(address: string, platform = process.platform, env = process.env): Promise<boolean> {
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return Promise.resolve(false)
  const [program, ...words] = openers[platform] ?? ['xdg-open']
  return new Promise((resolve) => {
    const child = spawn(program, [...words, address], { detached: true, stdio: 'ignore' })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}

const openers: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
  darwin: ['open'],
  // The program of `start`, without a shell in between that would read the address.
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}
