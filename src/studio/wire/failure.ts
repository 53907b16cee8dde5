/** What a request that could not be done answers: the sentence that the command line says. */
export interface FailureAnswer {
  readonly error: { readonly kind: 'user' | 'internal'; readonly message: string }
}
