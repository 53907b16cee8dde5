import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  clockTime,
  count,
  counted,
  duration,
  fixed,
  listing,
  merged,
  percentage,
  pNumber,
  proportion,
  pValue,
  ranges,
  rate,
  short,
  signed,
  signedInterval,
  withInterval,
} from '../../src/base/format.js'

describe('numbers for people', () => {
  test.each([
    [0, 'p < 0.001'],
    [0.0009999, 'p < 0.001'],
    [0.001, 'p = 0.001'],
    [0.0184, 'p = 0.018'],
    [0.0496, 'p = 0.050'],
    [0.0999, 'p = 0.100'],
    [0.1, 'p = 0.10'],
    [0.314, 'p = 0.31'],
    [0.99, 'p = 0.99'],
    [0.9901, 'p > 0.99'],
    [1, 'p > 0.99'],
    [null, 'p –'],
    [Number.NaN, 'p –'],
  ])('p-value %s is written %s', (p, shown) => expect(pValue(p)).toBe(shown))

  test('a p-value is never written as 0 or 1', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (p) => !/^[01](\.0+)?$/.test(pNumber(p))))
  })

  test.each([
    [0.84, null, 0.9, 2, '0.84 (– to 0.90)'],
    [0.84, 0.77, 0.9, 2, '0.84 (0.77-0.90)'],
    [0.9634, 0.9, 0.99996, 3, '0.963 (0.900 to >0.999)'],
    [1, 0.949, 1, 3, '1.000 (0.949-1.000)'],
    [0.5, null, null, 3, '0.500 (no interval)'],
    [null, 0.1, 0.2, 3, '–'],
  ])('an interval: %s, %s, %s with %s decimals is %s', (value, low, high, digits, shown) => {
    expect(withInterval(value, low, high, digits)).toBe(shown)
  })

  test('a proportion short of a bound is never rounded to it', () => {
    expect(proportion(0.99951)).toBe('>0.999')
    expect(proportion(0.9994)).toBe('0.999')
    expect(proportion(0.0004)).toBe('<0.001')
    expect(proportion(0)).toBe('0.000')
    // A limit that rounding alone carries below 0, and one that lies there.
    expect(proportion(-0.0002)).toBe('0.000')
    expect(proportion(-0.02)).toBe('−0.020')
    expect(proportion(1)).toBe('1.000')
  })

  test('a difference carries its sign, a rounded nothing carries none', () => {
    expect(signed(0.021)).toBe('+0.021')
    expect(signed(-0.021)).toBe('−0.021')
    expect(signed(0.0004)).toBe('0.000')
    expect(signed(-0.0004)).toBe('0.000')
    expect(signed(null)).toBe('–')
    expect(signedInterval(0.021, -0.01, 0.052)).toBe('+0.021 (−0.010 to +0.052)')
  })

  test('fixed and short decimals', () => {
    expect(fixed(-1.005, 2)).toBe('−1.00')
    expect(short(0.02)).toBe('0.02')
    expect(short(0.0251)).toBe('0.025')
    expect(short(10)).toBe('10')
    expect(short(undefined)).toBe('–')
  })

  test('counts set thousands apart', () => {
    expect([0, 999, 1000, 30_000, 1_234_567].map((n) => count(n))).toEqual(['0', '999', '1,000', '30,000', '1,234,567'])
    expect(count(null)).toBe('–')
    expect(counted(1, 'film')).toBe('1 film')
    expect(counted(2, 'film')).toBe('2 films')
    expect(counted(0, 'class', 'classes')).toBe('0 classes')
  })

  test.each([
    [0, '0 %'],
    [0.0005, '< 0.1 %'],
    [0.001, '0.1 %'],
    [0.0994, '9.9 %'],
    [0.0996, '10 %'],
    [0.833, '83 %'],
    [0.992, '99.2 %'],
    [0.9995, '> 99.9 %'],
    [1, '100 %'],
  ])('share %s is %s', (share, shown) => expect(percentage(share)).toBe(shown))

  test.each([
    [0, '0.0 s'],
    [0.44, '0.4 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min'],
    [200, '3 min 20 s'],
    [3599.6, '1 h 00 min'],
    [3900, '1 h 05 min'],
    [86_399, '1 d 0 h'],
    [183_600, '2 d 3 h'],
    [-1, '–'],
  ])('%s seconds are %s', (seconds, shown) => expect(duration(seconds)).toBe(shown))

  test('rates lose their decimal when they are large', () => {
    expect([0.25, 9.94, 9.96, 1234].map((r) => rate(r))).toEqual(['0.3', '9.9', '10', '1,234'])
  })

  test('sets of K are ranges', () => {
    expect(ranges([3, 4, 5, 22])).toBe('3 to 5, 22')
    expect(ranges([2, 1])).toBe('1, 2')
    expect(ranges([8, 1, 3, 4, 5, 6, 7, 12])).toBe('1, 3 to 8, 12')
    expect(ranges([])).toBe('–')
    expect(ranges([1, 1.1, 1.25, 1.5, 2, 3, 4])).toBe('1, 1.1, 1.25, 1.5, 2 to 4')
    const among = [1, 1.25, 2, 3, 5, 8]
    expect(ranges([1, 1.25, 2, 3, 8], among)).toBe('1 to 3, 8')
    expect(ranges([1, 2, 3], among)).toBe('1, 2, 3')
    expect(ranges([3, 5, 8, 99], among)).toBe('3 to 8, 99')
  })

  test('words in a row', () => {
    expect(listing(['a'])).toBe('a')
    expect(listing(['a', 'b', 'c'])).toBe('a, b and c')
  })
})

describe('texts that differ in figures alone', () => {
  test('are one, with the range of each figure that differs', () => {
    const effect = (value: string) => `Wilson, n divided by a design effect of ${value}`
    expect(merged([effect('1.00'), effect('10.2'), effect('2.31'), effect('1.00'), 'Wilson'])).toEqual([
      'Wilson, n divided by a design effect of 1.00 to 10.2',
      'Wilson',
    ])
    expect(merged(['Newcombe 2006, method 5 (#1)', 'MOVER'])).toEqual(['Newcombe 2006, method 5 (#1)', 'MOVER'])
    expect(merged([])).toEqual([])
  })

  test('a time is written from the largest unit to the smallest; none is none', () => {
    expect(clockTime(new Date(2026, 10, 30, 2, 10, 44))).toBe('2026-11-30 02:10:44')
    expect(clockTime(new Date('soon'))).toBe('–')
  })
})
