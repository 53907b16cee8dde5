/** Which texts hold a patient's name or number: other spellings of it do, words that merely begin alike do not. */
import { describe, expect, it } from 'vitest'
import { Identity } from '../../../src/dataset/deidentify/identity.js'
import { readDicomHeader } from '../../../src/image/dicom/header.js'
import { dicomFile } from '../../support/dicom-file.js'

function identityOf({ name = '', id = '', born = '' }: { name?: string; id?: string; born?: string }): Identity {
  const identity = new Identity()
  const utf8 = (text: string) => new Uint8Array(Buffer.from(text.length % 2 === 0 ? text : `${text} `))
  identity.take(
    readDicomHeader(
      dicomFile([
        [0x0008_0005, 'CS', 'ISO_IR 192'],
        [0x0010_0010, 'PN', utf8(name)],
        [0x0010_0020, 'LO', utf8(id)],
        [0x0010_0030, 'DA', born],
      ]),
    ).dataSet,
  )
  return identity
}

describe('a name', () => {
  it.each([
    ['Muster^Erika', 'thorax of MUSTER'],
    ['Muster^Erika', 'Erika M., pa'],
    ['Muster^Erika', 'erikamuster_01'],
    ['Müller^Zoë', 'MUELLER'],
    ['MUELLER^ZOE', 'Zoë Müller'],
    ['Müller^Zoe', 'MULLER ZOE'],
    ['Sørensen^Åse', 'soerensen'],
    ['Wałęsa^Lech', 'WALESA'],
    ['Kim^Min', 'CHEST KIM'],
    ['Kim^Min', 'KIM_CHEST'],
    ['Kim^Min', 'Kim2020'],
    ['Kim^Min', 'ChestKim'],
    ['Kim^Min', 'MINKIM'],
    ['Li^Na', 'Dr Zhou, Li'],
    ['O^Sun', 'chest o'],
    ['Le^Mai', 'LE'],
    ['Du Fu', 'dufu'],
    ['von der Leyen^Uta', 'LEYEN'],
    ['Kim-Lee^Ann', 'Lee'],
    ['王^小東', '患者王小東复查'],
    ['王^小東', '王氏'],
    ['Wang^XiaoDong=王^小東=', 'wang'],
    ['Yamada^Tarou=山田^太郎=やまだ^たろう', 'ﾔﾏﾀﾞ'],
    ['Yamada^Tarou=山田^太郎=やまだ^たろう', 'ヤマダ様'],
    ['홍^길동', '홍길동님'],
    ['Διονυσίου^Μαρία', 'ΔΙΟΝΥΣΙΟΥ'],
    ['Семёнов^Пётр', 'СЕМЕНОВ'],
    ['I\u0307nci^Ece', 'INCI'],
  ])('%s is in %j', (name, text) => {
    expect(identityOf({ name }).isIn(text, 'free')).toBe(true)
  })

  it.each([
    ['Kim^Min', 'kimono, minimal'],
    ['Tho^An', 'THORAX ANTERIOR'],
    ['Li^Na', 'LINEAR NAVICULAR'],
    ['von der Leyen^Uta', 'Aufnahme der Lunge von vorn'],
    ['Lee^Ann^L', 'L'],
    ['Muster^Erika^^Dr', 'Dr Zhou'],
    ['', 'CHEST'],
    ['^^^', 'CHEST'],
  ])('%s is not in %j', (name, text) => {
    expect(identityOf({ name }).isIn(text, 'free')).toBe(false)
  })

  it.each([
    ['Mono^Lisa', 'MONOCHROME2', false],
    ['Prim^A', 'ORIGINAL\\PRIMARY', false],
    ['O^Sun', 'O', false],
    ['Kim^Min', 'KIM', true],
    ['Muster^Erika', 'XMUSTERX', true],
  ])('%s in the code %j: %s', (name, text, found) => {
    expect(identityOf({ name }).isIn(text, 'code')).toBe(found)
  })
})

describe('a number', () => {
  it.each([
    ['00012345', 'no. 12345'],
    ['00012345', 'PAT12345X'],
    ['12-345/6', '123456'],
    ['123456', '12.34.56'],
    ['123456', '123 456'],
    ['PAT-0012345', 'patient 12345'],
    ['K7Q', 'Thorax k7q'],
    ['K07Q', 'K-7-Q'],
    ['007', 'no. 7'],
    ['7', 'study 007'],
    ['123', 'PAT123'],
    ['12.3', 'as 12.3'],
  ])('%s is in %j', (id, text) => {
    expect(identityOf({ id }).isIn(text, 'free')).toBe(true)
  })

  it.each([
    ['7', 'vertebra C7, version 1.7'],
    ['2', 'software 2.0.1'],
    ['123', '4123.5 or 1234'],
    ['000', 'CHEST'],
    ['', 'CHEST'],
  ])('%s is not in %j', (id, text) => {
    expect(identityOf({ id }).isIn(text, 'free')).toBe(false)
  })

  it('of birth is found in other orders', () => {
    const identity = identityOf({ born: '19501224' })
    for (const text of ['1950-12-24', 'born 24.12.1950', '12/24/1950', '19501224'])
      expect(identity.isIn(text, 'free'), text).toBe(true)
    expect(identity.isIn('24.12.2019', 'free')).toBe(false)
  })

  it('is told from counts and settings by its length', () => {
    expect(identityOf({ id: '0070041993' }).isNumber('70041993.0')).toBe(true)
    expect(identityOf({ id: '7' }).isNumber('7')).toBe(false)
  })

  it('is found as a part of a UID', () => {
    const identity = identityOf({ id: '70041' })
    expect([identity.isInUid('1.2.70041.3'), identity.isInUid('1.2.170041.3')]).toEqual([true, false])
  })
})
