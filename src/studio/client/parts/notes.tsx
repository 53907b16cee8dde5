/** Short notes in the place of what is not there: waiting, empty, failed. */
import type { ComponentChildren } from 'preact'
import type { Resource } from '../resource.js'

/** What could not be done, in the words of the server. */
export function Failed({ message }: { readonly message: string }) {
  return (
    <p class="failed" role="alert">
      {message}
    </p>
  )
}

/** A resource once it is there; until then that it is awaited, or why it does not come. */
export function Awaited<Answer>({
  of: { answer, failure },
  children,
}: {
  readonly of: Resource<Answer>
  readonly children: (answer: Answer) => ComponentChildren
}) {
  if (answer === undefined) return failure ? <Failed message={failure.message} /> : <p class="waiting">Reading …</p>
  return (
    <>
      {failure && <Failed message={failure.message} />}
      {children(answer)}
    </>
  )
}

/** The command that does what this screen does, to be copied. */
export function Command({ text }: { readonly text: string }) {
  return (
    <p class="command">
      <span>The same in a terminal</span>
      <code>{text}</code>
    </p>
  )
}
