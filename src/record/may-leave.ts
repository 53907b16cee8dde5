/** What of a run may be passed on, in plain words: `WHAT-MAY-LEAVE.txt` in every run's folder. */
export const mayLeaveText = `What of this folder may leave the house
=======================================

May be passed on (films are named film-0001 and patients patient-0001; no path, no name, no picture of a film):

  report-share.html   the report without real films (kopt report RUN --share)
  result.json         every figure
  methods.md, tables/, figures/
  config.yaml         the values the run worked with, names in place of paths
  events.jsonl        what the run said while it worked
  scores/, split.csv  label and score of each film by its number
  external/           figures of sets that were added

Look first, and ask whoever is responsible for data protection. These were made from patients' films, and a film may be
recognised in them or drawn from them again:

  model/              the classifier; it holds no film, but was trained on films
  gan/                checkpoints and sample pictures of the generator: it can draw images like its films, and where the
                      report speaks of suspected copies, nearly the films themselves
  pool/               synthetic images, with the same caution
  trials/             fitted heads and scores of single trials
  folds/, inner/      the same as this folder, of each fold: the same rules

Stays in the house:

  private/            films' pixels, paths, and patients
  report.html         shows real films
  features/           what the network saw in each film; films can be compared with it
  state/              where the run stands; of no use elsewhere

Class names and the dataset's own name stand in all of these: see that they tell nothing about a patient.
`
