/**
 * The data elements that kopt itself looks for: keyword, tag and value representation of PS3.6.
 * Implicit files do not say the representation, so it stands here; other elements are looked up in `dictionary.ts`.
 */

export interface ElementName {
  readonly tag: number
  /** Value representation by the standard; 'US' for "US or SS", which depends on the pixels' sign. */
  readonly vr: string
}

const element = (tag: number, vr: string): ElementName => ({ tag, vr })

export const elements = {
  MediaStorageSOPClassUID: element(0x0002_0002, 'UI'),
  TransferSyntaxUID: element(0x0002_0010, 'UI'),
  SpecificCharacterSet: element(0x0008_0005, 'CS'),
  SOPClassUID: element(0x0008_0016, 'UI'),
  SOPInstanceUID: element(0x0008_0018, 'UI'),
  StudyDate: element(0x0008_0020, 'DA'),
  SeriesDate: element(0x0008_0021, 'DA'),
  AcquisitionDate: element(0x0008_0022, 'DA'),
  ContentDate: element(0x0008_0023, 'DA'),
  AccessionNumber: element(0x0008_0050, 'SH'),
  Modality: element(0x0008_0060, 'CS'),
  ConversionType: element(0x0008_0064, 'CS'),
  PresentationIntentType: element(0x0008_0068, 'CS'),
  Manufacturer: element(0x0008_0070, 'LO'),
  InstitutionName: element(0x0008_0080, 'LO'),
  SeriesDescription: element(0x0008_103e, 'LO'),
  ManufacturerModelName: element(0x0008_1090, 'LO'),
  PatientName: element(0x0010_0010, 'PN'),
  PatientID: element(0x0010_0020, 'LO'),
  IssuerOfPatientID: element(0x0010_0021, 'LO'),
  PatientBirthDate: element(0x0010_0030, 'DA'),
  PatientSex: element(0x0010_0040, 'CS'),
  PatientAge: element(0x0010_1010, 'AS'),
  BodyPartExamined: element(0x0018_0015, 'CS'),
  ImagerPixelSpacing: element(0x0018_1164, 'DS'),
  ViewPosition: element(0x0018_5101, 'CS'),
  StudyInstanceUID: element(0x0020_000d, 'UI'),
  SeriesInstanceUID: element(0x0020_000e, 'UI'),
  InstanceNumber: element(0x0020_0013, 'IS'),
  Laterality: element(0x0020_0060, 'CS'),
  ImageLaterality: element(0x0020_0062, 'CS'),
  SamplesPerPixel: element(0x0028_0002, 'US'),
  PhotometricInterpretation: element(0x0028_0004, 'CS'),
  PlanarConfiguration: element(0x0028_0006, 'US'),
  NumberOfFrames: element(0x0028_0008, 'IS'),
  Rows: element(0x0028_0010, 'US'),
  Columns: element(0x0028_0011, 'US'),
  PixelSpacing: element(0x0028_0030, 'DS'),
  BitsAllocated: element(0x0028_0100, 'US'),
  BitsStored: element(0x0028_0101, 'US'),
  HighBit: element(0x0028_0102, 'US'),
  PixelRepresentation: element(0x0028_0103, 'US'),
  PixelPaddingValue: element(0x0028_0120, 'US'),
  PixelPaddingRangeLimit: element(0x0028_0121, 'US'),
  BurnedInAnnotation: element(0x0028_0301, 'CS'),
  WindowCenter: element(0x0028_1050, 'DS'),
  WindowWidth: element(0x0028_1051, 'DS'),
  RescaleIntercept: element(0x0028_1052, 'DS'),
  RescaleSlope: element(0x0028_1053, 'DS'),
  WindowExplanation: element(0x0028_1055, 'LO'),
  VOILUTFunction: element(0x0028_1056, 'CS'),
  RedPaletteDescriptor: element(0x0028_1101, 'US'),
  GreenPaletteDescriptor: element(0x0028_1102, 'US'),
  BluePaletteDescriptor: element(0x0028_1103, 'US'),
  RedPaletteData: element(0x0028_1201, 'OW'),
  GreenPaletteData: element(0x0028_1202, 'OW'),
  BluePaletteData: element(0x0028_1203, 'OW'),
  RedSegmentedPaletteData: element(0x0028_1221, 'OW'),
  GreenSegmentedPaletteData: element(0x0028_1222, 'OW'),
  BlueSegmentedPaletteData: element(0x0028_1223, 'OW'),
  LossyImageCompression: element(0x0028_2110, 'CS'),
  ModalityLUTSequence: element(0x0028_3000, 'SQ'),
  LUTDescriptor: element(0x0028_3002, 'US'),
  LUTExplanation: element(0x0028_3003, 'LO'),
  LUTData: element(0x0028_3006, 'OW'),
  VOILUTSequence: element(0x0028_3010, 'SQ'),
  PixelMeasuresSequence: element(0x0028_9110, 'SQ'),
  FrameVOILUTSequence: element(0x0028_9132, 'SQ'),
  PixelValueTransformationSequence: element(0x0028_9145, 'SQ'),
  PresentationLUTShape: element(0x2050_0020, 'CS'),
  SharedFunctionalGroupsSequence: element(0x5200_9229, 'SQ'),
  PerFrameFunctionalGroupsSequence: element(0x5200_9230, 'SQ'),
  OverlayBitsAllocated: element(0x6000_0100, 'US'),
  OverlayBitPosition: element(0x6000_0102, 'US'),
  ExtendedOffsetTable: element(0x7fe0_0001, 'OV'),
  FloatPixelData: element(0x7fe0_0008, 'OF'),
  DoubleFloatPixelData: element(0x7fe0_0009, 'OD'),
  PixelData: element(0x7fe0_0010, 'OW'),
} as const satisfies Record<string, ElementName>

const representations: ReadonlyMap<number, string> = new Map(Object.values(elements).map(({ tag, vr }) => [tag, vr]))

/** The value representation of one of `elements`; undefined for others. */
export function knownRepresentation(tag: number): string | undefined {
  return representations.get(tag)
}

/** A tag as people write it: '(0028,0010)'. */
export function tagText(tag: number): string {
  const hex = tag.toString(16).padStart(8, '0').toUpperCase()
  return `(${hex.slice(0, 4)},${hex.slice(4)})`
}

/** The tag in '(0028,0010)', '0028,0010', '0028 0010', '00280010'; undefined for other texts. */
export function parseTag(text: string): number | undefined {
  const [, group, element] = /^\(?\s*([0-9a-f]{4})\s*[,: ]?\s*([0-9a-f]{4})\s*\)?$/i.exec(text.trim()) ?? []
  return group === undefined || element === undefined ? undefined : Number.parseInt(group + element, 16)
}
