/**
 * The methods of a run as prose ready to paste into a manuscript: one paragraph a topic, in the order of a methods
 * section. Every figure comes from the result; what the run can't know (ethics, scanners, who labelled) is left to the
 * authors by the checklists. Plain text: the same for the page, methods.md and a checklist's answer.
 */

import { count, counted, listing, percentage, ranges, short } from '../base/format.js'
import { generatorOf, generatorOptions } from '../record/generator-of.js'
import type { Result, SearchResult } from '../record/result.js'
import { withoutMacro } from '../record/search-metric.js'
import { augmentationWords } from '../words/augmentation.js'
import { choosingName, unseenName } from '../words/choosing-films.js'
import { batchSizeOf, generatorWords, optionsInWords, weightsOfNetworks } from '../words/generator.js'
import { scoredMultiples } from '../words/multiple.js'
import { armInSentence, aucName } from '../words/names.js'
import { acquisition, greySteps } from '../words/reading.js'
import { metricWithDirection } from '../words/search-metric.js'
import { snapshotsChosen, stepsTaken } from '../words/snapshots.js'
import { cite, referencesOf } from './references.js'

const methodsTopics = [
  'films',
  'preprocessing',
  'partition',
  'generator',
  'quality',
  'arms',
  'classifier',
  'search',
  'testing',
  'statistics',
  'verdict',
  'software',
] as const
export type MethodsTopic = (typeof methodsTopics)[number]

const headings: Record<MethodsTopic, string> = {
  films: 'Films',
  preprocessing: 'Image preparation',
  partition: 'Partition',
  generator: 'Generator',
  quality: 'Quality of synthetic films',
  arms: 'Arms compared',
  classifier: 'Classifier',
  search: 'Choice of the multiple K',
  testing: 'Testing',
  statistics: 'Statistical analysis',
  verdict: 'Decision rule',
  software: 'Software',
}

export interface Paragraph {
  readonly topic: MethodsTopic
  readonly heading: string
  readonly text: string
  /** What stands in brackets in the text, to be filled in by the authors. */
  readonly missing?: string
}

/** The configuration's values that the prose speaks of; a result of another version may lack some. */
interface Values {
  preset?: string
  split?: { by?: string; fractions?: number[]; seed?: number }
  head?: { kind?: string; standardise?: boolean; learningRate?: number; batchSize?: number; epochs?: number }
}

export function methodsText(result: Result): Paragraph[] {
  const values = result.config as Values
  const texts: Record<MethodsTopic, string> = {
    films: films(result),
    preprocessing: preprocessing(result),
    partition: partition(result, values),
    generator: generator(result),
    quality: quality(result),
    arms: arms(result),
    classifier: classifier(result, values),
    search: search(result),
    testing: testing(result),
    statistics: statistics(result),
    verdict: verdict(result),
    software: software(result),
  }
  return methodsTopics.map((topic) => ({
    topic,
    heading: headings[topic],
    text: texts[topic],
    ...(topic === 'generator' && !generatorOf(result).training ? { missing: unknownGenerator(result) } : {}),
  }))
}

/** The same as a file: Markdown with the references at its end. */
export function methodsFile(result: Result): string {
  const paragraphs = methodsText(result).map(({ heading, text }) => `**${heading}.** ${text}\n`)
  const sources = referencesOf(paragraphs.join('')).map((reference) => `- ${reference}`)
  return ['# Methods\n', ...paragraphs, '## References\n', ...sources, ''].join('\n')
}

function films({ dataset }: Result): string {
  const flows = dataset.flow.map(({ set, found, excluded, analysed }) => {
    const left = excluded.map((one) => `${one.reason}: ${count(one.count)}`)
    const where = set === 'internal' ? 'the internal set' : `the external set “${set}”`
    return `Of ${counted(found, 'film')} found in ${where}, ${left.length > 0 ? `${count(found - analysed)} were excluded (${left.join('; ')})` : 'none was excluded'} and ${count(analysed)} analysed`
  })
  const { train, tuning, test } = dataset.patients
  const classes = `The ${dataset.classes.length === 2 ? 'two' : dataset.classes.length} classes were ${listing(dataset.classes)}`
  const positive = dataset.positive ? `, with ${dataset.positive} as the class looked for` : ''
  const patients: Record<string, string> = {
    manifest: 'Patients were identified by the dataset’s own table.',
    dicom: 'Patients were identified by the DICOM header.',
    name: 'Patients were identified by the file names.',
    folder: 'Patients were identified by the folders.',
    image: 'Patients were not identified; each film was treated as if it came from a patient of its own.',
  }
  return [
    `${flows.join('. ')}. ${classes}${positive}. The internal films were of ${counted(train + tuning + test, 'patient')}.`,
    patients[dataset.patientSource] ?? [],
    acquisition(dataset),
  ]
    .flat()
    .join(' ')
}

function preprocessing({ dataset }: Result): string {
  const [height, width, channels] = dataset.imageSize
  const steps = greySteps(dataset).map((sentence) => `${sentence} `)
  return `${steps.join('')}Grey values were brought to the range 0 to 255, and every film was resized to ${height} × ${width} pixels (${channels === 1 ? 'one grey channel' : 'three channels'}) by bilinear interpolation with antialiasing and rounded to 8 bits. Original, conventionally augmented and synthetic films took the same path from there on.`
}

function partition(result: Result, { split }: Values): string {
  const {
    dataset,
    search: { innerFolds },
  } = result
  const sets = (['train', 'tuning', 'test'] as const).filter((part) => part !== 'tuning' || !innerFolds)
  const parts = sets.map((part) => {
    const films = dataset.classes.map((name) => `${count(dataset.split[part][name] ?? 0)} ${name}`)
    const names = { train: 'training', tuning: 'tuning', test: 'internal test' }
    return `${names[part]} (${listing(films)}; ${counted(dataset.patients[part], 'patient')})`
  })
  const level =
    split?.by === 'image'
      ? 'at the level of the film, so that films of one patient may be in several parts'
      : dataset.patientSource === 'image'
        ? 'at the level of the film'
        : 'at the level of the patient, so that no patient has films in two parts'
  if (dataset.splitGiven)
    return `The dataset gave the division itself: ${parts.join(', ')}. ${dataset.patientSource === 'image' ? 'Whether films of one patient are in several parts is not known' : 'No patient has films in two parts'}.${innerCrossValidation(result)}`
  const shares = split?.fractions
    ? ` in the shares ${split.fractions.map((share) => percentage(share)).join(' / ')}`
    : ''
  const seed = split?.seed === undefined ? '' : ` (seed ${split.seed}, apart from the seed of the training)`
  return `Films were divided${shares}${seed}, stratified by class and disjoint ${level}: ${parts.join(', ')}.${innerCrossValidation(result)}${outerFolds(result)}`
}

/** The inner folds that chose K, where they did. */
function innerCrossValidation({ search: { innerFolds } }: Result): string {
  if (!innerFolds) return ''
  return ` The training films were shared out among ${count(innerFolds)} inner folds, likewise disjoint and stratified: the films of each were scored by last layers, pools and a generator that were made from the films of the other folds alone. The delivered models, and the generator behind them, were then trained on all training films.`
}

/** The nested cross-validation that stands beside the one division, where there is one. */
function outerFolds({ folds, verdict: { basis } }: Result): string {
  if (folds.length === 0) return ''
  const films = folds.map(({ n }) => n)
  const sizes =
    Math.min(...films) === Math.max(...films) ? count(films[0]) : `${Math.min(...films)} to ${Math.max(...films)}`
  const times = basis.times > 1 ? `, drawn ${count(basis.times)} times` : ''
  return ` The division above served the delivered model and the external sets. Performance on internal films was estimated by a nested cross-validation of ${count(basis.folds)} outer folds${times} (${sizes} test films each), likewise disjoint and stratified: in each fold the generator, the pools of synthetic films, the choice of K and the penalties knew the fold’s training and tuning films alone.`
}

const generatorElsewhere = 'the generator, how it was trained, and on which films'
const generatorProgram = 'the generator, how it learns, and what it was trained on before'

/** What a run can't know of a generator that was not trained here. */
function unknownGenerator({ synthetic }: Result): string {
  return synthetic?.source === 'called' ? generatorProgram : generatorElsewhere
}

function generator(result: Result): string {
  const { dataset, synthetic } = result
  const [height, width, channels] = dataset.imageSize
  const { training } = generatorOf(result)
  if (!training) {
    if (synthetic?.source === 'called') return calledGenerator(result, synthetic)
    const images = synthetic?.source === 'given' ? Object.entries(synthetic.images) : []
    const counts = images.map(([label, n]) => `${count(n)} of class ${label}`)
    return `Synthetic films (${listing(counts)}) were made by [${generatorElsewhere}] and reduced to ${height} × ${width} × ${channels}.`
  }
  const { name, noun, sources, step, optimiser, computed } = generatorWords(result)
  const article = /^[aeiou]/.test(name) ? 'an' : 'a'
  const sourced = sources.length > 0 ? ` (${sources.map(cite).join('; ')})` : ''
  if (computed)
    return `Synthetic films of ${height} × ${width} × ${channels} were made without a network, of the training films alone: ${computed}${sourced} (${listing(optionsInWords(result))}).`
  const weights = weightsOfNetworks(training.parameters, 'weights').join(' and ')
  const batch = batchSizeOf(result)
  const steps = step && batch !== undefined ? `, each ${step} on a batch of ${count(batch)}` : ''
  const settings = [...(optimiser ? [`${optimiser.name}, ${cite(optimiser.source)}`] : []), ...optionsInWords(result)]
  const several = `${count(training.seeds)} ${noun}s were trained, each from a seed of its own.`
  return `Synthetic films of ${height} × ${width} × ${channels} were drawn from ${article} ${name}${sourced} with ${weights}, trained on the training films alone for ${counted(training.steps, 'step')}${steps}${settings.length > 0 ? ` (${settings.join('; ')})` : ''}.${training.seeds > 1 ? ` ${several}` : ''}${snapshots(result)}`
}

/** How the snapshot was chosen that films were drawn from. */
function snapshots(result: Result): string {
  const choices = snapshotsChosen(result)
  const [first] = choices ?? []
  if (!choices || !first) return ''
  const { search } = result
  const images = Math.max(...choices.flatMap(({ scores }) => scores.map((one) => one.images)))
  return ` Of ${choices.length > 1 ? 'each' : 'it'} ${counted(first.scores.length, 'snapshot')} at equal distances were kept, and a classifier was trained on ${counted(images, 'synthetic film')} of each class of every one alone; films were drawn from the earliest whose ${metricWithDirection(search)} on the tuning films was within one standard error of the best (standard error of the difference, over patients; ${stepsTaken(choices)}).`
}

function calledGenerator(
  result: Result,
  { images, calls }: Extract<NonNullable<Result['synthetic']>, { source: 'called' }>,
): string {
  const [height, width, channels] = result.dataset.imageSize
  const { command } = generatorOptions(result)
  const line = Array.isArray(command) ? ` (${command.join(' ')})` : ''
  const counts = Object.entries(images).map(([label, n]) => `${count(n)} of class ${label}`)
  const seeds = calls > 1 ? ` It was called ${count(calls)} times, each with a seed of its own.` : ''
  return `Synthetic films of ${height} × ${width} × ${channels} (${listing(counts)}) were made by [${generatorProgram}], a program${line} that was handed the training films alone, without names of files or patients, and learned from them and drew in one call.${seeds}`
}

function quality(result: Result): string {
  const [first] = result.quality
  if (!first) return 'The synthetic films were not measured.'
  const similarity = `the mean ${first.msSsim.metric} (${cite('wang')}) of ${count(first.msSsim.pairs)} random pairs${first.msSsim.byMultiple ? ', of all and of those that each whole K adds' : ''}, against that of real films`
  if (!first.n) return `Synthetic films of each class were measured by ${similarity}.`
  // None is left over where all films that are not tested are trained on.
  const reference = result.search.selectOn === 'inner' ? '' : ', with held-out real films as the reference'
  const copies =
    ' Synthetic films nearer to a training film than the 1st percentile of the distances between training films of different patients were counted as suspected copies, beside the number expected by chance.'
  return `Synthetic films of each class were measured by ${similarity}, and on the backbone’s ${first.features} features by the kernel distance KID (${cite('binkowski')}) and the Fréchet distance FID (${cite('heusel')}), precision and recall (${cite('kynkaanniemi')}), density and coverage (${cite('naeem')}), and authenticity (${cite('alaa')})${reference}.${copies}${leftOut(result)}`
}

function leftOut(result: Result): string {
  const { synthetic } = result
  const counts = Object.entries(synthetic?.excluded ?? {}).map(
    ([label, { checked, excluded }]) => `${count(excluded)} of ${count(checked)} of class ${label}`,
  )
  const copies =
    counts.length === 0
      ? ''
      : ` Synthetic films that were more alike to a training film of their class (correlation of thumbnails, over mirrorings and small shifts) than 99 % of training films are to the most alike film of another patient were left out as suspected copies before any classifier was trained (${listing(counts)}).`
  return `${copies}${rejected(result)}`
}

/** What a person has left out by looking. */
function rejected({ synthetic, folds, search: { selectOn } }: Result): string {
  const facts = synthetic?.rejected
  if (!facts) return ''
  const counts = Object.entries(facts.leftOut).map(([label, films]) => `${count(films)} of class ${label}`)
  const seen = facts.afterResult
    ? 'Test scores of an earlier run could be seen when they were rejected, so that the choice is not independent of the test films.'
    : 'No test score of that run was to be seen when they were rejected.'
  const elsewhere =
    synthetic.source !== 'given' && (folds.length > 0 || selectOn === 'inner')
      ? ' Only the model that is handed over was trained without them: in every fold films were drawn by a generator of its own and none was rejected.'
      : ''
  return ` A person looked at ${counted(facts.decided, 'synthetic film')} of a run with the same settings and rejected some by appearance alone; these were left out before any classifier was trained, and the next ones drawn took their place (${listing(counts)}). ${seen}${elsewhere}`
}

function arms(result: Result): string {
  const described = result.arms.map(
    (arm) =>
      `${armInSentence(arm.name)} (${counted(arm.size, 'film')}${arm.composition.synthetic > 0 ? `, ${count(arm.composition.synthetic)} of them synthetic` : ''}${arm.composition.conventional > 0 ? `, ${count(arm.composition.conventional)} conventional variants` : ''})`,
  )
  return `The same classifier was trained on ${count(result.arms.length)} training sets: ${listing(described)}. Sets of synthetic and of conventional films are prefixes of one pool each, so that a larger K contains a smaller one. A conventional variant is an original film, ${augmentationWords(result)}.${rivals(result)}${selection(result)}`
}

/** What was put in the generator's place. */
function rivals({ rivals: found }: Result): string {
  const arms = found?.arms ?? []
  if (arms.length === 0) return ''
  const sources: Record<string, string> = {
    gaussian: `the covariance shared by the classes and shrunk after ${cite('ledoit')}`,
    smote: `${cite('chawla')}, five neighbours of the same class`,
  }
  const described = arms.map(({ name, label, k }) => {
    const source = sources[name]
    return `${label} (${source === undefined ? '' : `${source}; `}K = ${k})`
  })
  return ` In place of synthetic films the training set was filled up, to the same number at every K and with K searched likewise, with ${described.join('; ')}: arms that need no training, compared with the chosen one by unadjusted intervals and no part of the decision rule.`
}

/** The arm of selected films. */
function selection({ selection: found, search: s }: Result): string {
  if (!found?.arm) return ''
  const { teacher, thresholds, classes, arm } = found
  const taken = thresholds.find(({ threshold }) => threshold === arm.threshold)
  const left = Object.entries(classes).map(
    ([label, { drawn }]) => `${count(taken?.left[label] ?? null)} of ${count(drawn)} of class ${label}`,
  )
  const sure = listing(thresholds.map(({ threshold }) => short(threshold)))
  return ` K was searched once more with selected synthetic films (after ${cite('xue')}): those no further, by the features, from a training film of their class than any training film is from the nearest of another patient, to which the classifier of ${armInSentence(teacher)} gave their class with a probability above ${short(arm.threshold)} (${listing(left)}; K = ${arm.k}). That threshold was chosen among ${sure} on the ${choosingName(s)} films. This arm, too, is compared with the chosen one by unadjusted intervals and no part of the decision rule.`
}

function classifier({ backbone, arms: all, search }: Result, { head }: Values): string {
  const network = backbone.unfrozen
    ? 'a network frozen up to its last block, which every trial trained together with the last layer for the same number of steps (Adam, batch statistics fixed), beginning from the weights as they were and from a last layer fitted on the frozen features'
    : 'a frozen network'
  const features = `Features were extracted once by ${network} (${backbone.name}, ${count(backbone.features)} features, input ${backbone.inputSize.join(' × ')}, SHA-256 ${backbone.hash.slice(0, 12)}…)`
  const standardised = head?.standardise === false ? '' : ', standardised by the original training films,'
  const layer =
    head?.kind === 'adam'
      ? `a last layer was trained by Adam (learning rate ${head.learningRate}, batch ${head.batchSize}, ${head.epochs} epochs, cross-entropy)`
      : `a logistic last layer with an L2 penalty was fitted to convergence, so that no arm gains by longer training; its penalty was chosen on the ${unseenName(search)} films, arm by arm`
  const equal = all.some((arm) => arm.name.endsWith('=steps'))
    ? ' Each comparator was also trained for as many optimiser steps as the arm of the chosen K.'
    : ''
  return `${features}, and on them${standardised} ${layer}.${equal}`
}

function search(result: Result): string {
  const { search: s, dataset } = result
  const repeats = s.trials[0]?.scores.length ?? 1
  if (s.rule === 'fixed') return `The multiple K = ${s.kOptimal} was fixed beforehand; no search was made.`
  const rule =
    s.rule === 'sliding-window'
      ? `the search stops once the best mean score has not been beaten for ${s.windowSize} further K and returns that best (${cite('kong')})`
      : 'the smallest K within one standard error of the best mean score is taken, the error comprising the sampling of patients and the repeats'
  const on =
    s.selectOn === 'test'
      ? `the test films themselves (${counted(s.selectionCases, 'film')}), as in the paper; the figures on them are optimistic`
      : s.selectOn === 'inner'
        ? `the training films (${counted(s.selectionCases, 'film')} of ${counted(dataset.patients.train, 'patient')}), each scored in the inner fold that lacks it${foldedAuc(s)}`
        : `the tuning films (${counted(s.selectionCases, 'film')} of ${counted(dataset.patients.tuning, 'patient')})`
  return `The multiples K = ${ranges(scoredMultiples(s))} were scored by the ${metricWithDirection(s)}${prior(s)} on ${on}, ${repeats > 1 ? `as the mean of ${count(repeats)} repeats` : 'in one repeat'}; ${rule}. What the rule finds where K has no effect was learnt from multiplier draws over patients${repeats > 1 ? ' and repeats' : ''} that keep the common ${choosingName(s)} films and the nested training sets${snapshotsChosen(result) ? ' and that choose the snapshot of the generator anew' : ''} (after ${cite('white')}); the multiples that can’t be told from the best form a model confidence set (${cite('hansen')}).`
}

/** How scores of the models of several folds are put together. */
function foldedAuc({ metric }: SearchResult): string {
  return withoutMacro(metric).name === 'auc'
    ? ` (films compared within a fold alone, the folds’ AUCs averaged, after ${cite('ledell')})`
    : ''
}

/** Which probabilities a loss was made of. */
function prior({ better }: SearchResult): string {
  return better === 'lower'
    ? `, of probabilities with the prior of the original training films in place of the balanced training sets’ (${cite('saerens')}),`
    : ''
}

function testing(result: Result): string {
  const external = Object.entries(result.dataset.external).map(([name, counts]) => {
    const films = result.dataset.classes.map((label) => `${count(counts[label] ?? 0)} ${label}`)
    return `“${name}” (${listing(films)})`
  })
  const repeats = result.search.trials[0]?.scores.length ?? 1
  const one = repeats > 1 ? `the average of the logits of its ${repeats} heads` : 'its one head'
  const elsewhere =
    external.length > 0
      ? ` Every arm met the external ${external.length === 1 ? 'set' : 'sets'} ${listing(external)} as well, all films of ${external.length === 1 ? 'it' : 'them'}, without any refitting.`
      : ' No external test set was used.'
  return `${opening(result)}. An arm is represented by one delivered model, ${one}.${elsewhere}`
}

/** When the test films were looked at. */
function opening({ search, folds }: Result): string {
  if (search.selectOn === 'test')
    return 'K was chosen on the test films themselves, and every arm was scored on them after that; the figures on them are optimistic'
  return folds.length > 0
    ? 'The test films of each outer fold were opened once, after its K, every penalty and every arm had been fixed; cases were compared within a fold only'
    : 'Test films were opened once, after K, every penalty and every arm had been fixed'
}

function statistics(result: Result): string {
  if (result.dataset.positive === null) return statisticsOfClasses(result)
  const clustered = result.comparisons.some((one) => /cluster/i.test(one.method))
  const aucs = clustered
    ? `Confidence intervals (95 %) of AUCs are on the logit scale, with a variance that allows for several films of one patient (${cite('obuchowski')}), those of proportions are Wilson’s (${cite('wilson')}) with n divided by the design effect`
    : `Confidence intervals (95 %) of AUCs are on the logit scale with DeLong’s variance (${cite('delong')}), those of proportions are Wilson’s (${cite('wilson')})`
  return `Arms were measured by the AUC and, at a cutoff, by accuracy, sensitivity, specificity, F1 score, PPV, NPV and the Brier score. ${aucs}; a perfect AUC has the limits of ${cite('newcombe')}. Differences of AUCs have ${differenceLimits(result)} and the correlation of the two arms; p-values invert these limits and are adjusted within a test set after ${cite('holm')}. Measures at a cutoff use a probability of ${[...new Set(result.arms.flatMap((arm) => Object.values(arm.evaluations).map((one) => short(one.cutoff))))].join(', ')}.${worth(result)}${inUse(result, clustered)}`
}

/** A run keeps the limits it was made with: those of version 0.1 were put together from each AUC's own. */
function differenceLimits({ comparisons }: Result): string {
  return comparisons.some(({ method }) => method.startsWith('MOVER'))
    ? `MOVER limits (${cite('zou')}) on the same variance`
    : `score limits, with the same variance taken at the difference in question (in the manner of ${cite('tango')})`
}

/** The same of three and more classes. */
function statisticsOfClasses(result: Result): string {
  return `Arms were measured by the macro AUC, by Hand and Till’s M, and by accuracy and the means over the classes of sensitivity, specificity, F1 score, PPV and NPV, beside each class’s own. The most probable class was called. The macro AUC is the mean of the AUCs of each class against the rest; its 95 % confidence interval is on the logit scale, with a variance from what each patient adds to the mean. Differences between arms have ${differenceLimits(result)} and the correlation of the two arms. Each class’s own AUC and differences are DeLong’s (${cite('delong')}), or those for several films of one patient (${cite('obuchowski')}). Intervals of each class’s proportions are Wilson’s (${cite('wilson')}), of their means over the classes by what each patient adds. P-values of the macro AUC invert its limits and are adjusted within a test set after ${cite('holm')}; those of single classes are not adjusted.${worth(result)}`
}

/** How the gain was turned into real films. */
function worth({ worth: found, dataset, search: { selectOn } }: Result): string {
  if (!found?.realFilms) return ''
  const { curve } = found
  const auc = dataset.positive === null ? 'macro AUC' : 'AUC'
  return ` To express the gain over the original films alone as a number of real films, the classifier was cross-validated by patient inside the ${selectOn === 'inner' ? 'training' : 'training and tuning'} films on ${count(curve.length)} sizes of the training set (${count(curve[0]?.films ?? 0)} to ${count(curve.at(-1)?.films ?? 0)} films), and an inverse power law (${cite('figueroa')}) was fitted to its ${auc}; the limits are quantiles over draws of the law, by patient, and of the gain.`
}

/** Cutoffs, calibration and decisions, where the run has them. */
function inUse(result: Result, clustered: boolean): string {
  const arm = result.arms.find((one) => one.calibration)
  if (!arm) return ''
  const wanted = arm.cutoffs?.find(({ rule }) => rule === 'sensitivity')?.wanted
  const prevalence = Object.values(arm.decision ?? {}).find((one) => one.prevalenceFrom === 'configuration')?.prevalence
  const sentences = [
    `Further cutoffs were chosen on the ${unseenName(result.search)} films (largest Youden index, ${cite('youden')}${wanted ? `; the highest with a sensitivity of at least ${short(wanted)}` : ''}); their limits come from a bootstrap of ${result.search.selectOn === 'inner' ? 'their' : 'tuning'} patients.`,
    clustered
      ? `Sensitivities and specificities were compared by the test of ${cite('obuchowskiPairs')} for several films of a patient, with the interval of ${cite('newcombePairs')}.`
      : `Sensitivities and specificities were compared by McNemar’s mid-p (${cite('fagerland')}) with the interval of ${cite('newcombePairs')}.`,
    `Calibration is given by the intercept and slope of a logistic recalibration (${cite('vanCalster')}) and the Brier score, with the prior of the original training films in place of the arm’s training set (${cite('saerens')}) where they differ; decision curves are those of ${cite('vickers')}.`,
    ...(prevalence === undefined
      ? []
      : [`PPV, NPV and decision curves hold for a prevalence of ${percentage(prevalence)} (${cite('mercaldo')}).`]),
  ]
  return ` ${sentences.join(' ')}`
}

function verdict(result: Result): string {
  const { verdict: v } = result
  if (v.comparators.length === 0) return `No verdict was drawn${v.reason ? `: ${v.reason}` : ''}.`
  const m = v.comparators.length
  return `Benefit was decided by a rule fixed beforehand, on the internal ${v.basis.folds > 0 ? 'films, over the outer folds' : 'test films'}: the arm of the chosen K was to be better than each of ${counted(m, 'comparator')} (${listing(v.comparators.map((one) => armInSentence(one.name)))}). Yes required every one-sided 97.5 % lower limit of the difference in ${aucName(result)} to lie above 0 (intersection-union test, ${cite('berger')}); no, that some one-sided ${percentage(1 - 0.025 / m)} upper limit lay below ${short(v.delta)}, the smallest gain that would matter; unclear otherwise. ${v.scope === 'model' ? 'The inference is about these fitted models and this training of the generator.' : `The inference is about the procedure: ${v.basis.folds > 0 ? 'the folds' : 'the generators'} are its repeats, taken as random.`}`
}

function software({ tool, device, seed }: Result): string {
  return `All computations were made with ${tool.name} ${tool.version} (ONNX Runtime, ${device.provider}; Node.js ${device.node.replace(/^v/, '')}; ${device.platform}) from seed ${seed}; the resolved configuration is kept with the run, and the exact versions of all other libraries with the program.`
}
