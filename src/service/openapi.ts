/** What the service answers, as an OpenAPI document (3.1). */
import { z } from 'zod'
import { version } from '../base/version.js'
import { healthForm, predictionForm, problemForm } from './answers.js'
import { filmTypes, mostFilms, severalFilms } from './films.js'
import { type ProblemKind, problems } from './problem.js'

export interface DescribedLimits {
  readonly mostBytes: number
  readonly mostRequests: number
  readonly seconds: number
  /** Whether a token is asked for. */
  readonly hasToken: boolean
}

export function openApi({ mostBytes, mostRequests, seconds, hasToken }: DescribedLimits): object {
  const ofPrediction: ProblemKind[] = [
    ...(['malformed', 'refused', 'method', 'slow', 'large', 'unsupported', 'unreadable', 'busy'] as const),
    ...(['internal', 'unready', 'late'] as const),
  ]
  const token: ProblemKind[] = hasToken ? ['unauthorized'] : []
  const binary = { schema: { type: 'string', format: 'binary' } }
  const get = (summary: string, answers: object, kinds: readonly ProblemKind[]) => ({
    get: { summary, responses: { ...answers, ...refusals(['refused', 'method', ...kinds]) } },
  })
  /** Also without the token. */
  const open = (summary: string, answers: object) => ({ get: { ...get(summary, answers, []).get, security: [] } })
  return {
    openapi: '3.1.0',
    info: {
      title: 'kopt serve',
      version,
      description: `Predictions of films by the model of a run. Research use only: nothing here is a diagnosis. A request holds at most ${mostBytes} bytes and ${mostFilms} films; at most ${mostRequests} are under way at a time; each is answered within ${seconds} seconds. No film is kept.`,
    },
    paths: {
      '/predict': {
        post: {
          summary: 'Judges a film, or several. Films of one request are judged as if they came alone.',
          parameters: [
            {
              name: 'roi',
              in: 'query',
              required: false,
              description: 'the part of each film to look at: left,top,width,height[,rotation] in pixels and degrees',
              schema: { type: 'string', pattern: '^[^,]+(,[^,]+){3,4}$' },
            },
          ],
          requestBody: {
            required: true,
            content: {
              ...Object.fromEntries(filmTypes.map((type) => [type, binary])),
              [severalFilms]: {
                schema: {
                  type: 'object',
                  description: `1 to ${mostFilms} parts of any name, each a file`,
                  additionalProperties: { type: 'string', format: 'binary' },
                },
              },
            },
          },
          responses: {
            200: json('what the model says of each film, in their order', 'Prediction'),
            ...refusals([...ofPrediction, ...token]),
          },
        },
      },
      '/health': open('Whether the service lives, and judges.', {
        200: json('it judges', 'Health'),
        503: json('it lives and does not judge', 'Health'),
      }),
      '/health/live': open('Whether the service lives.', { 200: json('it lives', 'Health') }),
      '/metrics': get(
        'Counts, times and memory for Prometheus.',
        { 200: { description: 'text format 0.0.4', content: { 'text/plain': { schema: { type: 'string' } } } } },
        token,
      ),
      '/openapi.json': get(
        'This document.',
        { 200: { description: 'this document', content: { 'application/json': { schema: { type: 'object' } } } } },
        token,
      ),
    },
    components: {
      schemas: { Prediction: schemaOf(predictionForm), Health: schemaOf(healthForm), Problem: schemaOf(problemForm) },
      ...(hasToken && { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } }),
    },
    ...(hasToken && { security: [{ token: [] }] }),
  }
}

function json(description: string, name: 'Prediction' | 'Health' | 'Problem') {
  return { description, content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } } }
}

/** By status; several words may share one. */
function refusals(kinds: readonly ProblemKind[]): Record<string, object> {
  return Object.fromEntries(
    kinds.map((kind) => [problems[kind].status, json(`${kind}: ${problems[kind].when}`, 'Problem')]),
  )
}

function schemaOf(form: z.ZodType): object {
  const { $schema: _, ...schema } = z.toJSONSchema(form)
  return schema
}
