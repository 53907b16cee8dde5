import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

describe('the package', () => {
  it('holds the program, and nothing that building and testing leave behind', () => {
    const root = path.resolve(import.meta.dirname, '..')
    const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline'], {
      cwd: root,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    })
    const [packed] = JSON.parse(stdout)
    // The site shows the sources that documents lead to, tests among them, as pages.
    const shown = /^dist\/site\/source\/.+\.html$/
    const paths: string[] = packed.files.map((file: { path: string }) => file.path)
    const files = paths.filter((file) => !shown.test(file))
    const wanted = [
      'dist/programs/cli-main.js',
      'dist/index.d.ts',
      'dist/dataset/deidentify/profile-table.json',
      'dist/programs/index.js',
      'dist/programs/LICENSES.txt',
      'dist/export/examples/predict.py',
      'docs/method.md',
      'dist/export/page/index.html',
      'dist/studio/page/index.html',
      'dist/site/index.html',
      'docs/templates/sge.txt',
    ]
    expect(files).toEqual(expect.arrayContaining(wanted))
    expect(files.filter((file) => /\.(map|tsx|onnx|npz|dcm|safetensors|zip|tgz)$|\.test\.|golden/.test(file))).toEqual(
      [],
    )
    // Modules travel joined to programs.
    expect(
      files.filter((file) => /^dist\/(?!programs\/|(studio|export)\/(page|examples)\/|site\/).*\.js$/.test(file)),
    ).toEqual([])
    expect(packed.unpackedSize).toBeLessThan(20e6)
    expect(files.filter((file) => file.split('/').some((part) => part.startsWith('.')))).toEqual([])
    expect(files.filter((file) => !/^(dist|docs)\//.test(file)).sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'package.json',
    ])
  })
})
