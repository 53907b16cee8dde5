import { describe, expect, it } from 'vitest'
import type { DatasetInspection } from '../../src/record/inspection.js'
import { renderInspection } from '../../src/report/inspection-page.js'
import { sampleInspection } from '../support/sample-inspection.js'

const pixel = 'data:image/jpeg;base64,AAAA'

describe('the page of an inspection', () => {
  it('says that it is private, and shows the films of each pair', () => {
    const facts = sampleInspection()
    const page = renderInspection(facts, { 'film-0001': pixel, 'film-0002': pixel })
    expect(page).toContain('Private: this page names files')
    expect(page.match(/<img /g)).toHaveLength(2)
    expect(page).toContain('normal/a.png')
  })

  it('names pairs without pictures', () => {
    const page = renderInspection(sampleInspection())
    expect(page).not.toContain('<img ')
    expect(page).toContain('normal/a.png = sick/b.png')
  })

  it('lets nothing from a dataset become markup', () => {
    const evil = '<img src=x onerror=alert(1)>'
    const facts: DatasetInspection = {
      ...sampleInspection(),
      dataset: evil,
      problems: [evil],
      makers: { [evil]: { normal: 1 } },
    }
    expect(renderInspection(facts)).not.toContain('<img')
  })

  it('refuses a picture that would be a request', () => {
    expect(() => renderInspection(sampleInspection(), { 'film-0001': 'https://elsewhere/film.png' })).toThrow(
      'not a PNG or JPEG data address',
    )
  })

  it('marks the traps, and says whether another hospital has them', () => {
    const page = renderInspection(sampleInspection())
    expect(page).toContain('The outermost pixels alone tell the classes apart')
    expect(page).toContain('The same holds in elsewhere (AUC 0.88)')
    expect(page).toContain('chance')
  })
})
