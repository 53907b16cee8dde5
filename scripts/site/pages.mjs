/** Which documents the site holds, by what a reader wants to do. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** Each document with its name in the navigation. */
const navigation = [
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
      ['docs/serve.md', 'Predictions over HTTP'],
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

/** The groups of the navigation, with a last one of documents in docs/ that none of them names, by their titles. */
export function navigationIn(root) {
  const named = new Set(navigation.flatMap(({ pages }) => pages.map(([file]) => file)))
  const others = ['docs', 'docs/api'].flatMap((folder) =>
    readdirSync(path.join(root, folder))
      .map((name) => `${folder}/${name}`)
      .filter((file) => file.endsWith('.md') && !named.has(file)),
  )
  if (others.length === 0) return navigation
  const titled = others.map((file) => [file, /^# (.+)$/m.exec(textOf(root, file))?.[1] ?? file])
  return [...navigation, { title: 'More', pages: titled }]
}

/** Every document of the site with its text. */
export function documentsIn(root) {
  return navigationIn(root).flatMap(({ pages }) =>
    pages.map(([file, name]) => ({ file, name, text: textOf(root, file) })),
  )
}

function textOf(root, file) {
  return readFileSync(path.join(root, file), 'utf8')
}

/** Where a document stands in the site: `docs/api/kopt.md` in `api/kopt.html`, the README in `index.html`. */
export function addressOf(file) {
  if (file === 'README.md') return 'index.html'
  return file
    .replace(/^docs\//, '')
    .replace(/\.md$/, '.html')
    .toLowerCase()
}
