/** Films are decoded and judged in a process of their own: what they hold is unknown, and a page goes on answering. */
import { serveChild } from '../../../base/child-process.js'
import { type PredictionReport, type PredictionRequest, predictFilms } from '../../../prediction/predict-films.js'

serveChild<PredictionRequest, never, PredictionReport>((request) => predictFilms(request))
