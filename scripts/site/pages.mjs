/** Which documents the site holds, by what a reader wants to do. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** Each document with its name in the navigation. */
export const navigation = [
  {
    title: 'Start',
    pages: [
      ['README.md', 'What kopt is'],
      ['docs/getting-started.md', 'Getting started'],
      ['docs/tutorial.md', 'One hour on public films'],
      ['docs/studio.md', 'The studio'],
      ['docs/bundle.md', 'Without a network'],
    ],
  },
  {
    title: 'Use',
    pages: [
      ['docs/dataset.md', 'Your films'],
      ['docs/classes.md', 'Classes'],
      ['docs/plan.md', 'What a run could show'],
      ['docs/generators.md', 'Generators'],
      ['docs/backbones.md', 'Backbones'],
      ['docs/report.md', 'The report'],
      ['docs/export.md', 'Handing a model on'],
      ['docs/privacy.md', 'Privacy'],
      ['docs/scale.md', 'Several computers'],
      ['docs/library.md', 'From a program'],
    ],
  },
  {
    title: 'Understand',
    pages: [
      ['docs/glossary.md', 'Glossary'],
      ['docs/paper.md', 'From the paper to kopt'],
      ['docs/method.md', 'The method'],
      ['docs/k-search.md', 'Choosing K'],
      ['docs/verdict.md', 'The verdict'],
      ['docs/quality.md', 'Quality and copies'],
      ['docs/metrics.md', 'Statistics'],
      ['docs/proof.md', 'Proof on public films'],
    ],
  },
  {
    title: 'Reference',
    pages: [
      ['docs/configuration.md', 'Configuration'],
      ['docs/api/kopt.md', 'kopt'],
      ['docs/api/metrics.md', 'kopt/metrics'],
      ['docs/api/search.md', 'kopt/search'],
      ['docs/api/tensor.md', 'kopt/tensor'],
      ['docs/tensor.md', 'The tensor language'],
      ['docs/performance.md', 'Speed'],
      ['docs/reliability.md', 'Reliability'],
      ['CHANGELOG.md', 'Changes'],
      ['CONTRIBUTING.md', 'Contributing'],
    ],
  },
]

/** Every document of the site with its text. Throws where the navigation and docs/ differ. */
export function documentsIn(root) {
  const named = navigation.flatMap(({ pages }) => pages)
  const listed = new Set(named.map(([file]) => file))
  const there = ['docs', 'docs/api'].flatMap((folder) =>
    readdirSync(path.join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  )
  const forgotten = there.filter((file) => !listed.has(file))
  if (forgotten.length > 0) throw new Error(`scripts/site/pages.mjs has no place for ${forgotten.join(', ')}`)
  return named.map(([file, name]) => ({ file, name, text: readFileSync(path.join(root, file), 'utf8') }))
}

/** Where a document stands in the site: `docs/api/kopt.md` in `api/kopt.html`, the README in `index.html`. */
export function addressOf(file) {
  if (file === 'README.md') return 'index.html'
  return file
    .replace(/^docs\//, '')
    .replace(/\.md$/, '.html')
    .toLowerCase()
}
