/** Names of the arms that results and verdicts turn on. */

/** The arm whose K is the answer. */
export const chosenArm = 'GCB+OMGDA'

/** The arm of the original films alone. */
export const originalsArm = 'OD'
