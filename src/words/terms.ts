/** The words of a report in plain English, for those who have the report alone; `docs/glossary.md` has them and more. */

/** In the order in which a report uses them. */
export const terms: readonly (readonly [term: string, meaning: string])[] = [
  [
    'K',
    'How many times the balanced set the training set holds. With 150 films of either class K = 1 is these 300, and K = 2 is 600, 300 of them synthetic.',
  ],
  ['Balanced set', 'The training films, with every class filled up to the size of the largest one.'],
  [
    'Generator',
    'What makes synthetic films: a network that learned from the training films, a calculation, or a program.',
  ],
  [
    'Arm',
    'One way of making the training set, with the classifier that comes of it: original films only (OD), balanced with synthetic films (GCB), with flipped and turned films (CDA), with as many synthetic films as the chosen K says (GCB+OMGDA).',
  ],
  ['Comparator', 'An arm that the chosen one has to beat before the verdict says yes.'],
  [
    'Backbone',
    'The part of a classifier that turns a film into a list of numbers, its features. It does not learn from these films.',
  ],
  ['Head', 'The last layer of a classifier, which learns which features speak for which class.'],
  [
    'Tuning films',
    'Films kept back from training to make choices, such as K and the cutoff. Elsewhere: the validation set.',
  ],
  ['Test films', 'Films that take part in no training and no choice. They are opened once, at the end.'],
  [
    'Fold',
    'One of several parts into which films are shared out, so that each is tested once by classifiers that have not seen it.',
  ],
  ['Stop rule', 'The rule that ends the search and names the K.'],
  [
    'Null',
    'What the search would find if the number of synthetic films made no difference: the rule finds some K even then, and the p-value says how often chance finds as large a gain.',
  ],
  [
    'AUC',
    'Area under the ROC curve: the probability that a film with the disease gets a higher score than one without. 0.5 is chance, 1 is perfect.',
  ],
  [
    'Interval',
    'The range in which the true value lies, as far as these films tell: a 95 % interval holds it in 95 of 100 such studies. Its two ends are its limits.',
  ],
  ['Sensitivity', 'The share of films with the disease that are found.'],
  ['Specificity', 'The share of films without the disease that are called so.'],
  ['Cutoff', 'The probability from which on a film is called positive.'],
  ['Calibration', 'Whether a probability of 0.8 means that 8 of 10 such films have the disease.'],
  ['Brier score', 'The mean squared error of the probabilities. 0 is best.'],
  [
    'Net benefit',
    'What acting on the classifier gains, when a missed disease and a needless action are weighed against each other.',
  ],
  [
    'KID',
    'Kernel inception distance: how far the features of synthetic films lie from those of real ones. 0 is no distance.',
  ],
  [
    'Precision and density',
    'Whether synthetic films look real: the share that lies among real ones, and how densely these lie there.',
  ],
  [
    'Recall and coverage',
    'Whether all that is real is also made: the share of real films that lie among synthetic ones, or have one near by.',
  ],
  [
    'Copy',
    'A synthetic film that shows a patient of the training films. Only eyes can tell; what is measured is a suspicion.',
  ],
]
