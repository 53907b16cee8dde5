/**
 * Where kopt keeps what is the user's and no run's. Two places: data, which may be large, copied and shared (backbones that
 * were added); settings, which may be secret (the key for patient ids) and so never move with the data.
 */
import os from 'node:os'
import path from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** The user's data: KOPT_HOME, else where the system wants it. */
export function dataFolder(env: Environment = process.env, platform = process.platform): string {
  if (env.KOPT_HOME) return path.resolve(env.KOPT_HOME)
  const home = os.homedir()
  if (platform === 'win32') return path.join(env.LOCALAPPDATA || path.join(home, 'AppData', 'Local'), 'kopt')
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'kopt')
  return path.join(env.XDG_DATA_HOME || path.join(home, '.local', 'share'), 'kopt')
}

/** The user's settings, where the system wants them; KOPT_HOME does not move them. */
export function settingsFolder(env: Environment = process.env, platform = process.platform): string {
  const home = os.homedir()
  if (platform === 'win32') return path.join(env.APPDATA || path.join(home, 'AppData', 'Roaming'), 'kopt')
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'kopt')
  return path.join(env.XDG_CONFIG_HOME || path.join(home, '.config'), 'kopt')
}
