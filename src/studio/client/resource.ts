/** What the server says of something, asked for again whenever it has changed. */
import { useEffect, useState } from 'preact/hooks'
import type { Topic } from '../wire/topic.js'
import { onChange } from './notices.js'
import { get, RequestError } from './request.js'

/** The status of an answer about what can't be reached just now. */
const outOfReach = 503

export interface Resource<Answer> {
  /** The last answer; undefined before the first one, or where there is no such thing. */
  readonly answer: Answer | undefined
  /** Why the last question was not answered. The answer before it still stands. */
  readonly failure: RequestError | undefined
}

/** Address and topics name the resource: they may be made anew at every call. */
export function useResource<Answer>(address: string, ...topics: readonly Topic[]): Resource<Answer> {
  const [resource, setResource] = useState<Resource<Answer> & { readonly address: string }>()
  const heard = topics.join(' ')
  useEffect(() => {
    const end = new AbortController()
    let asking = false
    let again = false
    const ask = async (): Promise<void> => {
      if (asking) {
        again = true
        return
      }
      asking = true
      again = false
      try {
        const answer = await get<Answer>(address, end.signal)
        setResource({ address, answer, failure: undefined })
      } catch (error) {
        if (end.signal.aborted) return
        const failure = error instanceof RequestError ? error : new RequestError(String(error), 0)
        setResource((before) => ({
          address,
          answer: before?.address === address && mayPass(failure) ? before.answer : undefined,
          failure,
        }))
      } finally {
        asking = false
      }
      if (again && !end.signal.aborted) await ask()
    }
    void ask()
    const stop = onChange(heard === '' ? [] : (heard.split(' ') as Topic[]), () => void ask())
    return () => {
      stop()
      end.abort()
    }
  }, [address, heard])
  return resource?.address === address ? resource : { answer: undefined, failure: undefined }
}

/** Whether what was answered before still stands. */
function mayPass({ status }: RequestError): boolean {
  return status === 0 || status === outOfReach
}
