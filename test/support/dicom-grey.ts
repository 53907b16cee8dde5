/** A grey film of 12 bits as DICOM, small enough to be looked at pixel by pixel. */
import { dicomFile, type Part } from './dicom-file.js'

export function greyFilm(
  values: readonly number[],
  {
    rows,
    columns,
    photometric = 'MONOCHROME2',
    frames = 1,
    more = [],
  }: { rows: number; columns: number; photometric?: string; frames?: number; more?: readonly Part[] },
): Uint8Array {
  const parts: Part[] = [
    [0x0008_0016, 'UI', '1.2.840.10008.5.1.4.1.1.1'],
    [0x0008_0060, 'CS', 'CR'],
    [0x0028_0002, 'US', 1],
    [0x0028_0004, 'CS', photometric],
    ...(frames > 1 ? [[0x0028_0008, 'IS', String(frames)] as const] : []),
    [0x0028_0010, 'US', rows],
    [0x0028_0011, 'US', columns],
    [0x0028_0100, 'US', 16],
    [0x0028_0101, 'US', 12],
    [0x0028_0102, 'US', 11],
    [0x0028_0103, 'US', 0],
    ...more,
    [0x7fe0_0010, 'OW', values],
  ]
  return dicomFile([...parts].sort(([a], [b]) => a - b))
}
