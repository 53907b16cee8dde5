/**
 * What PyTorch pickles into a checkpoint: storages, tensors on them, parameters, and the few classes of Python around
 * them. A call to one of these is answered with plain data; any other class or function becomes a record with its name and
 * is passed over. Names that reach the system, or that load, read, write or run something, are refused. Nothing is run.
 * Source: torch/_utils.py, torch/_weights_only_unpickler.py (PyTorch 2.13).
 */
import { UserError } from '../base/errors.js'
import { type ElementType, elementType, storageElementType } from './elements.js'
import type { PickleHost } from './pickle.js'
import { Foreign, Global, itemsOf, PyDict, PyObject, PySet, PyTuple, type PyValue } from './pickle-values.js'

/** A block of elements of the file. */
export class StorageRef extends Foreign {
  readonly kind = 'storage'
  constructor(
    readonly key: string,
    /** null: bytes, whose type the tensors on them say. */
    readonly type: ElementType | null,
    /** Elements (bytes where the type is null). */
    readonly length: number,
    /** Where it begins within the block of this key, in elements: a storage may be a window on another. */
    readonly offset = 0,
  ) {
    super()
  }
}

/** A tensor as the checkpoint describes it; its elements stay where they are until they are asked for. */
export class TensorRef extends Foreign {
  readonly kind = 'tensor'
  constructor(
    readonly storage: StorageRef,
    readonly type: ElementType,
    /** In elements of `type`, as are the strides. */
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {
    super()
  }
}

/** Modules whose every name is refused: what is in them runs programs, reads and writes files, or opens connections. */
const refusedModules = new Set(
  (
    'os posix nt ntpath posixpath subprocess sys shutil socket importlib runpy pty commands ctypes webbrowser code codeop ' +
    'pickle cPickle _pickle marshal operator _operator timeit profile cProfile pdb bdb tempfile multiprocessing threading ' +
    '_thread signal asyncio http urllib urllib2 requests httpx ftplib telnetlib smtplib poplib imaplib zipimport pkgutil ' +
    'site sysconfig distutils setuptools pip ensurepip venv idlelib doctest trace inspect gc atexit io _io glob fileinput ' +
    'imp types linecache platform resource sched select selectors ssl sqlite3 xmlrpc pydoc concurrent builtins __builtin__ ' +
    '__builtins__ nose pytest joblib dill cloudpickle torch.hub torch.jit torch.package torch.serialization torch.utils.cpp_extension'
  ).split(' '),
)

/** Of `builtins`, what makes plain data; besides, its exceptions. */
const plainBuiltins = new Set(
  (
    'set frozenset list tuple dict object int float bool str bytes bytearray complex slice range xrange long unicode type ' +
    'Ellipsis NotImplemented iter reversed enumerate zip getattr'
  ).split(' '),
)

/** In modules whose other names are refused, or with a name that sounds like more: they hold data and do nothing. */
const harmless = new Set([
  'types.SimpleNamespace',
  'types.MappingProxyType',
  'types.GenericAlias',
  'operator.itemgetter',
  '_operator.itemgetter',
  'io.StringIO',
  'io.BytesIO',
  '_io.StringIO',
  '_io.BytesIO',
  're._compile',
  're.compile',
  'torch.serialization._get_layout',
  'signal.Signals',
  'inspect.Signature',
  'inspect.Parameter',
  'inspect._ParameterKind',
])

/** Words in the name of a function that does more than make a value: `numpy.fromfile`, `torch.load`, `pandas.read_pickle`. */
const actingWords = new Set(
  (
    'exec eval execfile compile system popen spawn fork kill run call output load loads open read write save savez savetxt ' +
    'dump dumps remove unlink delete rmtree rmdir mkdir rename chmod download fetch urlopen urlretrieve request connect send ' +
    'recv import fromfile tofile memmap genfromtxt loadtxt fromregex getattr setattr delattr'
  ).split(' '),
)

/** Names that stand for a tensor or storage whatever module of PyTorch they come from. */
const tensorClasses = new Set(['Parameter', 'Buffer', 'Variable', 'Tensor', 'UninitializedParameter'])

/** The host of a checkpoint's pickles. `persistent` answers the ids of its form. */
export function torchHost(source: string, persistent: (id: PyValue) => PyValue): PickleHost {
  const refuse = (call: string) =>
    new UserError(
      `${source} is refused: loaded in Python it would call ${call}, which no weights need. Nothing of it was run here; ` +
        'do not load it elsewhere either, and ask its makers for the weights alone (a state dict, or safetensors)',
    )
  const host: PickleHost = {
    source,
    persistent,
    checkName(global) {
      if (isRefused(global)) throw refuse(global.toString())
    },
    construct(callee, args) {
      const name = callee.toString()
      const refusal = () => refuse(`${name}(${args.map(shown).join(', ')})`.slice(0, 200))
      if (name === 'builtins.getattr' || name === '__builtin__.getattr') {
        const attribute = attributeOf(args)
        if (!attribute) throw refusal()
        host.checkName(attribute)
        return attribute
      }
      const known = constructors[name]
      if (known) return known(args, host)
      if (callee.module.startsWith('torch') && tensorClasses.has(callee.name) && args[0] instanceof TensorRef)
        return args[0]
      if (acts(callee)) throw refusal()
      return new PyObject(callee, args)
    },
  }
  return host
}

/** A method of a class (`ZoneInfo._unpickle`) by its name; undefined for what reaches into objects or into the language. */
function attributeOf([of, name]: readonly PyValue[]): Global | undefined {
  if (!(of instanceof Global) || typeof name !== 'string' || !/^_?[A-Za-z]\w*$/.test(name)) return undefined
  return new Global(of.module, `${of.name}.${name}`)
}

/** Whether a function does more than make a value, going by the words of its name. */
function acts(callee: Global): boolean {
  const words = callee.name.slice(callee.name.lastIndexOf('.') + 1).split('_')
  return !harmless.has(callee.toString()) && words.some((word) => actingWords.has(word))
}

function isRefused(global: Global): boolean {
  const { module, name } = global
  if (harmless.has(global.toString())) return false
  const parts = module.split('.')
  if (parts[0] === 'builtins' || parts[0] === '__builtin__') {
    return !plainBuiltins.has(name) && !/^[A-Z]\w*(Error|Exception|Warning)$/.test(name)
  }
  // `torch.nn` and a name like `os.system` reach through attributes.
  const words = name.split('.')
  if (words.length > 1 && words.some((word) => refusedModules.has(word))) return true
  return parts.some((_, i) => refusedModules.has(parts.slice(0, i + 1).join('.')))
}

function shown(value: PyValue): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60))
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '...'
}

type Constructor = (args: readonly PyValue[], host: PickleHost) => PyValue

const damaged = (host: PickleHost, what: string) =>
  new UserError(`${host.source} is no checkpoint that can be read: ${what}; get the file again`)

/** A dictionary, from pairs where some are given. */
const dictionary: Constructor = ([pairs]) => {
  const dict = new PyDict()
  if (pairs instanceof PyDict) for (const [key, value] of pairs.entries) dict.entries.set(key, value)
  for (const pair of itemsOf(pairs) ?? []) {
    const [key, value] = itemsOf(pair) ?? []
    if (key !== undefined && value !== undefined) dict.entries.set(key, value)
  }
  return dict
}

const set: Constructor = ([items]) => {
  const made = new PySet()
  for (const item of itemsOf(items) ?? []) made.items.push(item)
  return made
}

const tensor: Constructor = ([storage, offset, size, stride], host) =>
  tensorOn(storage, storage instanceof StorageRef ? storage.type : null, offset, size, stride, host)

/** The argument itself: a parameter is its tensor. */
const first: Constructor = (args) => args[0] ?? null

const constructors: Readonly<Record<string, Constructor>> = {
  'collections.OrderedDict': dictionary,
  'collections.Counter': dictionary,
  // its first argument is the class of its defaults
  'collections.defaultdict': (args, host) => dictionary(args.slice(1), host),
  '__builtin__.dict': dictionary,
  'builtins.dict': dictionary,
  '__builtin__.set': set,
  'builtins.set': set,
  '__builtin__.frozenset': set,
  'builtins.frozenset': set,
  '__builtin__.list': ([items]) => [...(itemsOf(items) ?? [])],
  'builtins.list': ([items]) => [...(itemsOf(items) ?? [])],
  '__builtin__.tuple': ([items]) => new PyTuple(itemsOf(items) ?? []),
  'builtins.tuple': ([items]) => new PyTuple(itemsOf(items) ?? []),
  'torch.Size': ([items]) => new PyTuple(itemsOf(items) ?? []),
  // Python 2's and 3's ways to write bytes in protocol 2
  '_codecs.encode': ([text]) => (typeof text === 'string' ? new Uint8Array(Buffer.from(text, 'latin1')) : null),
  '__builtin__.bytearray': (args) => record('builtins', 'bytearray', args),
  'builtins.bytearray': (args) => record('builtins', 'bytearray', args),
  '__builtin__.bytes': (args) => record('builtins', 'bytes', args),
  'builtins.complex': (args) => record('builtins', 'complex', args),
  '__builtin__.complex': (args) => record('builtins', 'complex', args),
  'builtins.slice': (args) => record('builtins', 'slice', args),
  'builtins.range': (args) => record('builtins', 'range', args),
  '__builtin__.xrange': (args) => record('builtins', 'range', args),
  'copy_reg._reconstructor': ([type, ...args], host) => reconstructed(type, args, host),
  'copyreg._reconstructor': ([type, ...args], host) => reconstructed(type, args, host),
  'copy_reg.__newobj__': ([type, ...args], host) => reconstructed(type, args, host),
  'copyreg.__newobj__': ([type, ...args], host) => reconstructed(type, args, host),
  'torch._utils._rebuild_tensor': tensor,
  'torch._utils._rebuild_tensor_v2': tensor,
  'torch._utils._rebuild_tensor_v3': ([storage, offset, size, stride, , , type], host) =>
    tensorOn(storage, type instanceof Global ? (elementType(type.name) ?? null) : null, offset, size, stride, host),
  'torch._utils._rebuild_parameter': first,
  'torch._utils._rebuild_parameter_with_state': first,
  // a subclass of Tensor: function, class, its arguments, state
  'torch._tensor._rebuild_from_type_v2': ([callee, , args], host) => rebuilt(callee, args, host),
  'torch._tensor._rebuild_from_type': ([callee, , args], host) => rebuilt(callee, args, host),
}

function record(module: string, name: string, args: readonly PyValue[]): PyObject {
  return new PyObject(new Global(module, name), args)
}

function reconstructed(type: PyValue | undefined, args: readonly PyValue[], host: PickleHost): PyValue {
  if (!(type instanceof Global)) throw damaged(host, 'an object of no class')
  return type.toString() === 'collections.OrderedDict' ? new PyDict() : new PyObject(type, args)
}

function rebuilt(callee: PyValue | undefined, args: PyValue | undefined, host: PickleHost): PyValue {
  const list = itemsOf(args)
  // One of the functions that make a tensor, and never again of a class of its own.
  if (!(callee instanceof Global && callee.module === 'torch._utils' && list)) {
    throw damaged(host, 'a tensor of a class of its own')
  }
  return host.construct(callee, list)
}

function tensorOn(
  storage: PyValue | undefined,
  type: ElementType | null,
  offset: PyValue | undefined,
  size: PyValue | undefined,
  stride: PyValue | undefined,
  host: PickleHost,
): TensorRef {
  const integersOf = (list: PyValue | undefined) => {
    const items = itemsOf(list)
    return items?.every((n) => typeof n === 'number' && Number.isSafeInteger(n) && n >= 0)
      ? (items as number[])
      : undefined
  }
  const [shape, strides] = [integersOf(size), integersOf(stride)]
  if (!(storage instanceof StorageRef) || !type) throw damaged(host, 'a tensor without a storage of a known type')
  if (!shape || !strides || shape.length !== strides.length || shape.length > 64 || !integersOf([offset ?? null])) {
    throw damaged(host, 'a tensor whose size or strides are no whole numbers')
  }
  return new TensorRef(storage, type, offset as number, shape, strides)
}

/** The storage that a persistent id describes: ('storage', class, key, location, elements[, view]). */
export function storageFromId(id: readonly PyValue[], source: string): StorageRef {
  const broken = (what: string) =>
    new UserError(`${source} is no checkpoint that can be read: ${what}; get the file again`)
  const [, type, key, , length, view] = id
  const untyped = type instanceof Global && type.name === 'UntypedStorage'
  const element = type instanceof Global ? storageElementType(type.name) : undefined
  if (!(type instanceof Global) || !type.module.startsWith('torch') || (!untyped && !element)) {
    throw broken(`a storage of type ${type instanceof Global ? type : 'unknown'}`)
  }
  if (typeof length !== 'number' || length < 0 || (typeof key !== 'string' && typeof key !== 'number')) {
    throw broken('a storage without key or length')
  }
  // a storage may be a window on the block: its own key, where it begins, its length
  const [, offset, viewed] = itemsOf(view) ?? []
  if (typeof offset === 'number' && typeof viewed === 'number') {
    return new StorageRef(String(key), element ?? null, viewed, offset)
  }
  return new StorageRef(String(key), element ?? null, length)
}
