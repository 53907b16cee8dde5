/** On a computer without a GPU, Chromium's SwiftShader (Debian's package `chromium`) stands in for one. */
import type { TestContext } from 'vitest'
import { exists } from '../../src/base/files.js'

const softwareGpu = '/usr/lib/chromium/vk_swiftshader_icd.json'

/** To be called before the process opens its first session on WebGPU. */
export function useSoftwareGpu(): void {
  if (!process.env.VK_ICD_FILENAMES && exists(softwareGpu)) process.env.VK_ICD_FILENAMES = softwareGpu
}

/** Awaits what opens a session on WebGPU; skips the running test where there is no adapter. */
export async function needWebGpu<T>(context: TestContext, opened: Promise<T>): Promise<T> {
  return opened.catch((error: Error) => {
    if (/adapter|not available/.test(error.message)) context.skip(error.message)
    throw error
  })
}
