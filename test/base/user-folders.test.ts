import os from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { dataFolder, settingsFolder } from '../../src/base/user-folders.js'

const home = os.homedir()

it("The user's data are in KOPT_HOME, else where each system wants them", () => {
  expect(dataFolder({ KOPT_HOME: '/data/kopt' }, 'linux')).toBe(path.resolve('/data/kopt'))
  expect(dataFolder({}, 'linux')).toBe(path.join(home, '.local', 'share', 'kopt'))
  expect(dataFolder({ XDG_DATA_HOME: '/x' }, 'linux')).toBe(path.join('/x', 'kopt'))
  expect(dataFolder({}, 'darwin')).toBe(path.join(home, 'Library', 'Application Support', 'kopt'))
  expect(dataFolder({ LOCALAPPDATA: 'L' }, 'win32')).toBe(path.join('L', 'kopt'))
})

it('Settings, which may be secret, do not move with the data', () => {
  expect(settingsFolder({ KOPT_HOME: '/data/kopt' }, 'linux')).toBe(path.join(home, '.config', 'kopt'))
  expect(settingsFolder({ XDG_CONFIG_HOME: '/x' }, 'linux')).toBe(path.join('/x', 'kopt'))
  expect(settingsFolder({}, 'darwin')).toBe(path.join(home, 'Library', 'Application Support', 'kopt'))
  expect(settingsFolder({ APPDATA: 'R' }, 'win32')).toBe(path.join('R', 'kopt'))
})
