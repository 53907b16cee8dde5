/** `search`: which multiples K are tried, and which of them is chosen. */
import { z } from 'zod'
import { elementAt } from '../../../base/element-at.js'
import { filmsThatChoose } from '../../../record/result.js'
import { searchMetrics } from '../../../record/search-metric.js'
import { rivalNames } from '../../../rivals/rival.js'

const positiveInteger = z.int().min(1)
/** No search of a few hundred films needs more, and a thousand times the films are held as features at once. */
const largest = 1000
const multiple = z.number().min(1).max(largest)
const listOfMultiples = 'a list of 1 to 200 numbers from 1 to 1000'
/** Of two folds each would train on half of the films. */
export const fewestInnerFolds = 3
const source = 'Kong et al. 2022'
const unit = 'multiples of the balanced set'

export const search = z
  .strictObject({
    rule: z
      .enum(['sliding-window', 'one-standard-error', 'fixed'])
      .default('sliding-window')
      .meta({
        description:
          'sliding-window: the best K that was not beaten by the next windowSize ones; one-standard-error: the smallest K within one standard error of the best; fixed: search.fixedK.',
        source: `${source}: sliding-window`,
      }),
    windowSize: positiveInteger.default(12).meta({
      description: 'How many further K, whatever their distance, must not beat the best one before the search stops.',
      unit: 'K',
      source,
    }),
    multiples: z
      .union(
        [
          z.enum(['whole', 'fine']),
          z
            .array(multiple)
            .min(1, { error: `expected ${listOfMultiples}` })
            .max(200, { error: `expected ${listOfMultiples}` })
            .refine((ks) => ks.every((k, i) => i === 0 || k > elementAt(ks, i - 1)), {
              message: 'each K once and the smaller ones first, such as [1, 1.25, 1.5, 2, 3, 5, 8]',
            })
            .refine((ks) => ks.every((k) => Math.round(k * 1e4) / 1e4 === k), {
              message: 'K with at most 4 decimals',
            }),
        ],
        { error: `whole or fine, or ${listOfMultiples}` },
      )
      .default('fine')
      .meta({
        description:
          'The K that are tried; the training set then has K times as many images as the balanced set. whole: 1, 2, 3, ..., kMax; fine: 1, 1.1, 1.25, 1.5, 2, 3, ..., kMax; or a list of your own, ascending, each K with at most 4 decimals: the last is then the largest, and kMax is not used.',
        unit,
        source: `${source}: whole`,
      }),
    kMax: positiveInteger
      .max(largest)
      .default(26)
      .meta({ description: 'The largest K that is tried, where search.multiples is whole or fine.', unit }),
    fixedK: multiple
      .nullable()
      .default(null)
      .meta({ description: 'The K that search.rule fixed takes, one of those that are tried.', unit }),
    metric: z.enum(searchMetrics).default('auc').meta({
      description:
        'What a K is scored by. log-loss and brier, of which less is better, take the probabilities of the original films’ prior; accuracy, balanced-accuracy and f1 call from a probability of 0.5 on (several classes: the most probable one); sensitivity-at-specificity: search.specificity. Several classes: auc, f1 and sensitivity-at-specificity are means over the classes, each against the rest. The verdict rests on the AUC of test films whatever is chosen here.',
    }),
    specificity: z.number().gt(0).lt(1).default(0.9).meta({
      description:
        'Where search.metric sensitivity-at-specificity reads the sensitivity: at this specificity or a higher one.',
      unit: 'share of the healthy',
    }),
    selectOn: z.enum(filmsThatChoose).default('tuning').meta({
      description:
        "The films that score each K. inner, for few films: training and tuning films are one set, which search.innerFolds inner folds share out; each trains a generator of its own on the others' films and scores every K on its own, and the model that is handed over is trained on all of them. test, as the paper's curve must have been, is optimistic and gets no verdict.",
    }),
    innerFolds: z.int().min(fewestInnerFolds).max(20).default(5).meta({
      description:
        'Inner folds of search.selectOn inner: so many generators are trained beside the one that is handed over.',
      unit: 'folds',
    }),
    repeats: z
      .int()
      .min(1)
      .max(100)
      .default(3)
      .meta({ description: 'Draws of images from each GAN; every K is scored with each of them.', unit: 'draws' }),
    heads: z.int().min(1).max(20).default(1).meta({
      description: 'Head seeds for each draw (head.kind adam); with 1 the seed changes with the draw.',
      unit: 'seeds',
    }),
    null: z.boolean().default(true).meta({
      description:
        'Score every K of search.multiples, and say how large a gain chance alone would find; false: a sliding window scores no K past its stop, and says nothing about chance.',
    }),
    rivals: z
      .union(
        [
          z.enum(['all', 'none']),
          z
            .array(z.enum(rivalNames as [string, ...string[]]))
            .min(1)
            .max(rivalNames.length)
            .refine((names) => new Set(names).size === names.length, { message: 'each rival once' }),
        ],
        { error: `all or none, or a list of some of ${rivalNames.join(', ')}` },
      )
      .default('all')
      .meta({
        description: `What needs no training and takes the generator's place in the same search, to be told apart from it: all, none, or a list of ${rivalNames.join(', ')}.`,
      }),
    selected: z.boolean().default(true).meta({
      description:
        'Search K once more with the synthetic images alone that a classifier of the training films takes for their class, and whose features lie in the range of the training films: an arm beside the others, no comparator of the verdict.',
    }),
  })
  .prefault({})
  .meta({ description: 'Which multiples K of the balanced set are tried, and which is chosen.' })
