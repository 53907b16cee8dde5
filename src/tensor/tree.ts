/**
 * Parameters, states and gradients as nested records and lists with arrays at the leaves.
 * Anything with a `shape` and a `dtype` (Tensor, NDArray, a specification) is a leaf, and so is all that is not
 * an object. Records are walked in the order of their sorted names, so equal trees flatten equally however
 * they were written; names that hold `undefined` count as absent.
 *
 * The type of a tree may be an interface: `LeafOf` and `MapLeaves` go through its properties. `Tree` is for trees of unknown form.
 */
import type { DType, Shape } from '../base/ndarray.js'
import { ProgramError } from './program-error.js'

export type Tree<T> = T | readonly Tree<T>[] | { readonly [name: string]: Tree<T> }

type LeafSpec = { readonly shape: Shape; readonly dtype: DType }

type Primitive = number | string | boolean

/** What lies at the leaves of a tree. */
export type LeafOf<P> =
  Tree<never> extends P
    ? [P] extends [Tree<infer T>]
      ? T
      : unknown
    : P extends LeafSpec | Primitive
      ? P
      : P extends readonly (infer Child)[]
        ? LeafOf<Child>
        : { [K in keyof P]-?: LeafOf<Exclude<P[K], undefined>> }[keyof P]

/** The same tree with other leaves; a tree of unknown form stays one. */
export type MapLeaves<P, U> =
  Tree<never> extends P
    ? Tree<U>
    : P extends LeafSpec | Primitive
      ? U
      : { -readonly [K in keyof P]: MapLeaves<P[K], U> }

export interface Leaf<T> {
  /** Names from the root, joined by `/`: `generator/dense/weight`, `layers/0/bias`; empty where the tree is a leaf. */
  readonly path: string
  readonly leaf: T
}

/**
 * The leaves with their paths.
 *
 * @param tree of any form
 * @returns leaves with their paths, in the order of sorted names
 */
export function flatten<P>(tree: P): Leaf<LeafOf<P>>[] {
  const out: Leaf<LeafOf<P>>[] = []
  const walk = (node: unknown, path: string): void => {
    if (isLeaf(node)) out.push({ path, leaf: node as LeafOf<P> })
    else for (const [name, child] of children(node)) walk(child, path === '' ? name : `${path}/${name}`)
  }
  walk(tree, '')
  return out
}

/**
 * A tree built like `structure` with the given leaves, in the order of `flatten`.
 *
 * @param structure a tree whose form the result has
 * @param leaves in the order of `flatten`
 * @returns the tree
 * @throws `ProgramError` where the number of leaves differs
 */
export function unflatten<P, U>(structure: P, leaves: readonly U[]): MapLeaves<P, U> {
  let next = 0
  const out = rebuild(structure, () => leaves[next++])
  if (next !== leaves.length) throw new ProgramError(`a tree of ${next} leaves was given ${leaves.length}`)
  return out as MapLeaves<P, U>
}

/**
 * A tree built like `tree`, each leaf the function's answer to the leaves at its place in all the trees.
 *
 * @param fn of a leaf, and of the leaves at the same place in the other trees
 * @param tree whose form the result has
 * @param others built like `tree`
 * @returns a tree of what `fn` gives
 * @throws `ProgramError` where the trees are not built alike
 */
export function mapTree<T, U, P, R extends readonly unknown[] = []>(
  fn: (leaf: T, ...others: R) => U,
  tree: P,
  ...others: { [I in keyof R]: unknown }
): MapLeaves<P, U> {
  const first = flatten(tree as unknown)
  const rest = others.map((other: unknown) => flatten(other))
  for (const list of rest) requireSamePaths(first, list)
  return unflatten(
    tree,
    first.map(({ leaf }, i) => fn(leaf as T, ...(rest.map((list) => list[i].leaf) as readonly unknown[] as R))),
  )
}

function requireSamePaths(a: readonly Leaf<unknown>[], b: readonly Leaf<unknown>[]): void {
  const length = Math.max(a.length, b.length)
  for (let i = 0; i < length; i++) {
    if (a[i]?.path === b[i]?.path) continue
    const name = (leaf: Leaf<unknown> | undefined) => (leaf ? `'${leaf.path}'` : 'nothing')
    throw new ProgramError(`two trees are not built alike: one has ${name(a[i])} where the other has ${name(b[i])}`)
  }
}

function isLeaf(node: unknown): boolean {
  return typeof node !== 'object' || node === null || ('shape' in node && 'dtype' in node)
}

function children(node: unknown): [string, unknown][] {
  if (Array.isArray(node)) return node.map((child, i) => [String(i), child])
  return Object.entries(node as Record<string, unknown>)
    .filter(([, child]) => child !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

function rebuild(node: unknown, leaf: () => unknown): unknown {
  if (isLeaf(node)) return leaf()
  const built = children(node).map(([name, child]) => [name, rebuild(child, leaf)] as const)
  return Array.isArray(node) ? built.map(([, child]) => child) : Object.fromEntries(built)
}
