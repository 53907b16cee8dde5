/**
 * A tensor program that cannot be: shapes or element types that do not fit, a tensor outside its trace.
 * The mistake of whoever wrote the program; on the command line, where the programs are ours, it counts as our bug.
 */
export class ProgramError extends Error {
  override readonly name = 'ProgramError'
}
