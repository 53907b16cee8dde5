/** Specific Character Set (PS3.3, C.12.1.1.2) to the decoder of its texts; what is not known is read as Latin 1. */

import { TextDecoder } from 'node:util'

const labels: Readonly<Record<string, string>> = {
  '': 'latin1',
  'ISO_IR 6': 'latin1',
  'ISO_IR 100': 'latin1',
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 148': 'iso-8859-9',
  'ISO_IR 203': 'iso-8859-15',
  'ISO_IR 13': 'shift_jis',
  'ISO_IR 166': 'windows-874',
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
  'ISO 2022 IR 87': 'iso-2022-jp',
  'ISO 2022 IR 159': 'iso-2022-jp',
  'ISO 2022 IR 149': 'euc-kr',
  'ISO 2022 IR 58': 'gb2312',
}

/** A decoder for the values of Specific Character Set; the first multi-byte set among several decides. */
export function textDecoder(values: readonly string[]): TextDecoder {
  const names = values.map((value) => labels[value] ?? labels[value.replace(/^ISO 2022 IR/, 'ISO_IR')] ?? 'latin1')
  const several = names.find((name) => /2022|euc|gb/.test(name))
  return new TextDecoder(several ?? names[0] ?? 'latin1')
}
