/** What of a run is handed on, one click each. */
import { useState } from 'preact/hooks'
import type { ExportAnswer, HandOnView } from '../../wire/run.js'
import { Command, Failed } from '../parts/notes.js'
import { RunTitle } from '../parts/run-title.js'
import { send } from '../request.js'
import { useResource } from '../resource.js'

const files = [
  { name: 'report.html', what: 'The report', who: 'with films in it: for people who may see them' },
  { name: 'report-share.html', what: 'The report to share', who: 'without any real film' },
  { name: 'methods.md', what: 'The methods, in words', who: 'ready to paste into a manuscript' },
  { name: 'result.json', what: 'Every figure', who: 'for other programs' },
] as const

export function HandOnScreen({ run }: { readonly run: string }) {
  return (
    <>
      <RunTitle id={run} what="Hand on" />
      <ul class="downloads">
        {files.map(({ name, what, who }) => (
          <li key={name}>
            <a href={`/api/runs/${run}/hand-on/${name}`} download={name}>
              {what}
            </a>
            , {who}
          </li>
        ))}
      </ul>
      <PageExport run={run} />
      <ModelExport run={run} />
    </>
  )
}

function PageExport({ run }: { readonly run: string }) {
  const { answer } = useResource<HandOnView>(`/api/runs/${run}/hand-on`)
  return (
    <section>
      <h2>A page that judges films</h2>
      <p>
        One file with the classifier in it, for colleagues who have no kopt: opened in a browser, it judges the films
        that are dropped there as kopt predict does, and nothing leaves it. No film, file or patient is named in it; yet
        the classifier was trained on films: ask whoever is responsible for data protection before you pass it on.
      </p>
      <p>
        <a href={`/api/runs/${run}/hand-on/model.html`} download="model.html">
          The page with the classifier
        </a>
      </p>
      {answer && <Command text={answer.pageCommand} />}
    </section>
  )
}

function ModelExport({ run }: { readonly run: string }) {
  const [state, setState] = useState<'idle' | 'writing' | ExportAnswer | Error>('idle')
  const write = async () => {
    setState('writing')
    try {
      setState(await send<ExportAnswer>('POST', `/api/runs/${run}/hand-on/model`))
    } catch (error) {
      setState(error as Error)
    }
  }
  return (
    <section>
      <h2>The model with its papers</h2>
      <p>
        A folder with the classifier and the generator for other tools, scripts that predict with them, a model card, a
        datasheet and checksums. No film, file or patient is named in it; yet the classifier was trained on films, and a
        generator can draw images like them: ask whoever is responsible for data protection before you pass them on.
      </p>
      <button type="button" class="primary" disabled={state === 'writing'} onClick={write}>
        {state === 'writing' ? 'Writing …' : 'Write the model folder'}
      </button>
      <div role="status">
        {state instanceof Error && <Failed message={state.message} />}
        {typeof state === 'object' && 'folder' in state && (
          <>
            <p>
              {state.files.length} files lie in <code>{state.folder}</code>:{' '}
              {state.files.map(({ name }) => name).join(', ')}.
              {state.noGenerator !== null && ` There is no generator.onnx: ${state.noGenerator}`}
            </p>
            <Command text={state.command} />
          </>
        )}
      </div>
    </section>
  )
}
