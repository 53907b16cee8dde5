/** `CITATION.cff` (Citation File Format 1.2.0): the model, whose authors are left open, and what it rests on. */
import { stringify } from 'yaml'
import { type ModelFacts, modelTitle, open, researchUse } from './facts.js'

export function citation(facts: ModelFacts): string {
  const { tool } = facts.result
  return stringify({
    'cff-version': '1.2.0',
    message: `Cite the model as below, once its authors are filled in. ${researchUse}`,
    title: modelTitle(facts),
    type: 'software',
    authors: [{ name: open('who trained the model') }],
    identifiers: [{ type: 'other', value: `sha256:${facts.hash}`, description: 'classifier.onnx' }],
    references: [
      { type: 'software', title: tool.name, version: tool.version, authors: [{ name: 'The kopt authors' }] },
      {
        type: 'article',
        title:
          'Automation of generative adversarial network-based synthetic data-augmentation for maximizing the diagnostic performance with paranasal imaging',
        authors: [
          { 'family-names': 'Kong', 'given-names': 'Hyoun-Joong' },
          { 'family-names': 'Kim', 'given-names': 'Jin Youp' },
          { 'family-names': 'Moon', 'given-names': 'Hye-Min' },
          { name: 'et al.' },
        ],
        journal: 'Scientific Reports',
        volume: 12,
        start: '18118',
        year: 2022,
        doi: '10.1038/s41598-022-22222-z',
      },
    ],
  })
}
