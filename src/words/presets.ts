/** The presets in words: what each is for, and how long it takes. */

export const presetWords = {
  quick:
    'To see the whole path: a short training and few multiples K. Minutes to half an hour; its answer is not to be relied on.',
  standard:
    'The one to trust: a longer training, three draws for every K, and folds where test films are few. Hours, with folds a night.',
  kong2022:
    "The paper's own settings (Kong et al. 2022), to compare with it: its GAN, one split of single films, K from 1 to 40. Hours; it needs the weights of CheXNet.",
} as const
