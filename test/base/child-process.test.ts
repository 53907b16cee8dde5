import { afterEach, expect, test, vi } from 'vitest'
import { childEnvironment } from '../../src/base/child-process.js'

afterEach(() => vi.unstubAllEnvs())

test('Children on Linux are given large pages, unless the user has said otherwise; all else is inherited', () => {
  vi.stubEnv('KOPT_TEST_INHERITED', 'yes')
  vi.stubEnv('GLIBC_TUNABLES', undefined)
  const tunables = process.platform === 'linux' ? 'glibc.malloc.hugetlb=1' : undefined
  expect(childEnvironment()).toMatchObject({ KOPT_TEST_INHERITED: 'yes' })
  expect(childEnvironment().GLIBC_TUNABLES).toBe(tunables)
  vi.stubEnv('GLIBC_TUNABLES', 'glibc.malloc.check=1')
  expect(childEnvironment().GLIBC_TUNABLES).toBe('glibc.malloc.check=1')
})
