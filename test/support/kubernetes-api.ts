/**
 * What the API of Kubernetes says to a job, by the types that are made from its published description (kubernetes-types): a literal of
 * such a type may have no field that the type lacks, in any depth.
 */
import path from 'node:path'
import ts from 'typescript'

/** Sentences on fields that are unknown, missing or of another type, in the order of the jobs; of one job perhaps the first alone. */
export function complaintsOfKubernetes(...jobs: unknown[]): string[] {
  const file = path.join(import.meta.dirname, 'job-as-literal.ts')
  const literals = jobs.map((job, i) => `export const job${i}: Job = ${JSON.stringify(job)}`)
  const text = ["import type { Job } from 'kubernetes-types/batch/v1'", ...literals].join('\n')
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    lib: ['lib.es5.d.ts'],
    types: [],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  }
  const host = ts.createCompilerHost(options)
  const ofDisk = host.getSourceFile
  host.getSourceFile = (name, ...others) =>
    name === file ? ts.createSourceFile(file, text, ts.ScriptTarget.ES2022) : ofDisk.call(host, name, ...others)
  return ts
    .getPreEmitDiagnostics(ts.createProgram([file], options, host))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
}
