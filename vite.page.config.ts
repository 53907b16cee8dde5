/**
 * The page that `kopt export --page` fills: from src/export/page to dist/export/page/index.html, one file with all that it
 * needs, ONNX Runtime and the decoders included. What it runs is named by checksum in its policy; nothing can be loaded.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'
import { modelPlace, pageBlocks } from './src/export/page-facts.js'

const src = path.join(import.meta.dirname, 'src')
const page = path.join(src, 'export', 'page')
const packages = path.join(import.meta.dirname, 'node_modules')

/** Modules that need Node, and what does the same in a browser. */
const instead: Readonly<Record<string, string>> = {
  [path.join(src, 'image', 'codec.ts')]: path.join(page, 'codec.ts'),
  [path.join(src, 'image', 'dicom', 'codecs.ts')]: path.join(page, 'codecs.ts'),
  'node:zlib': path.join(page, 'zlib.ts'),
}

function withoutNode(): Plugin {
  return {
    name: 'without-node',
    enforce: 'pre',
    async resolveId(name, importer, options) {
      // The decoders need it to transcode, which nobody asks of them.
      if (name === 'dcmjs') return '\0nothing'
      if (name.startsWith('node:') && !(name in instead))
        throw new Error(`${importer} needs ${name}, and a browser has none`)
      if (name in instead) return instead[name]
      const found = await this.resolve(name, importer, { ...options, skipSelf: true })
      return found && (instead[found.id] ?? found)
    },
    load: (id) => (id === '\0nothing' ? 'export const data = {}' : undefined),
    transform(code, id) {
      // Their code is given to both; else all of it would stand here a second time, or be looked for by eval, which the policy forbids.
      if (id.includes('onnxruntime-web'))
        return code.replaceAll('new URL("ort-wasm-simd-threaded.wasm",import.meta.url).href', '""')
      return id.includes('dcmjs-codecs') ? code.replaceAll('eval("', '((text)=>text)("') : undefined
    },
  }
}

function oneFile(): Plugin {
  return {
    name: 'one-file',
    enforce: 'post',
    generateBundle(_, bundle) {
      const files = Object.values(bundle)
      const scripts = files.filter((file) => file.type === 'chunk')
      const styles = files.filter((file) => file.type === 'asset' && file.fileName.endsWith('.css'))
      const html = bundle['index.html']
      if (html?.type !== 'asset' || scripts.length !== 1 || styles.length !== 1 || files.length !== 3) {
        throw new Error(
          `the page is to be one file, and these came: ${files.map(({ fileName }) => fileName).join(', ')}`,
        )
      }
      const script = scripts
        .map(({ code }) => code.replaceAll('</script', '<\\/script').replaceAll('<!--', '\\x3C!--'))
        .join()
      const style = styles.map((file) => (file.type === 'asset' ? String(file.source) : '')).join()
      const policy = [
        "default-src 'none'",
        `script-src ${sum(script)} 'wasm-unsafe-eval'`,
        `style-src ${sum(style)}`,
        'worker-src blob:',
        "base-uri 'none'",
        "form-action 'none'",
      ].join('; ')
      const runtime = packedFile(path.join(packages, 'onnxruntime-web', 'dist', 'ort-wasm-simd-threaded.wasm'))
      const decoders = packedFile(path.join(packages, 'dcmjs-codecs', 'build', 'dcmjs-native-codecs.wasm'))
      html.source = String(html.source)
        .replace(/\s*<script type="module"[^>]*><\/script>/, '')
        .replace(/<link rel="stylesheet"[^>]*>/, () => `<style>${style}</style>`)
        .replace(
          '<meta charset="utf-8" />',
          (first) => `${first}\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`,
        )
        .replace(
          modelPlace,
          () =>
            `${modelPlace}\n${dataBlock(pageBlocks.runtime, runtime)}\n${dataBlock(pageBlocks.decoders, decoders)}\n<script type="module">${script}</script>`,
        )
      for (const { fileName } of [...scripts, ...styles]) delete bundle[fileName]
    },
  }
}

function sum(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

function packedFile(file: string): string {
  return gzipSync(readFileSync(file), { level: 9 }).toString('base64')
}

function dataBlock(id: string, content: string): string {
  return `<script type="text/plain" id="${id}">${content}</script>`
}

export default defineConfig({
  root: page,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [withoutNode(), oneFile()],
  worker: { format: 'iife', plugins: () => [withoutNode()] },
  build: {
    outDir: path.join(import.meta.dirname, 'dist', 'export', 'page'),
    emptyOutDir: true,
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  logLevel: 'warn',
})
