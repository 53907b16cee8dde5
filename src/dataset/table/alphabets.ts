/**
 * What the letters of a language tell about the code page of a text: which letters beyond ASCII it uses, and which of them
 * most. Latin: the accented letters from the most frequent on; other scripts: the whole alphabet. Of the scripts with
 * thousands of characters: the everyday ones and those of medical words.
 */

/** Letters of the languages that a code page serves, the most frequent first; `last` only end a word, `inner` never begin one. */
export interface Alphabet {
  readonly letters: string
  readonly last?: string
  readonly inner?: string
}

const western: readonly Alphabet[] = [
  { letters: 'éèàêçôâîûùïëœü', last: 'àù', inner: 'èùïë' },
  { letters: 'üäöß' },
  { letters: 'óáíñéúü' },
  { letters: 'ãçéáíóêõâúàôü', last: 'à' },
  { letters: 'èàòùìéî', last: 'èàòùìé' },
  { letters: 'øåæéöä' },
  { letters: 'äöåé' },
  { letters: 'ëéïöüèê' },
  { letters: 'íáðöæóþúéý' },
]
const central: readonly Alphabet[] = [
  { letters: 'łąęóżśćńź', inner: 'ąęń' },
  { letters: 'áíéěřčýžšůúňťďó', inner: 'ěůý' },
  { letters: 'áíéčýžšúľťôňäďóŕĺ' },
  { letters: 'áéőöóüíűú' },
  { letters: 'ăîâşţ' },
  { letters: 'čšžćđ' },
]
const turkish: readonly Alphabet[] = [{ letters: 'ıişüğçöİâîû', inner: 'ğ' }]
const baltic: readonly Alphabet[] = [
  { letters: 'ėšžųąįūęč', inner: 'ųę' },
  { letters: 'āīšēņļūžģķč' },
  { letters: 'õäüöšž' },
]
const vietnamese: readonly Alphabet[] = [{ letters: 'đươăâêôàáạảãèéìíòóùúý\u0300\u0301\u0303\u0309\u0323' }]
const cyrillic: readonly Alphabet[] = [
  { letters: 'оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё', inner: 'ьъы' },
  { letters: 'оанивеіртслкдмупязьбгчхцжйїшєюфщґ', inner: 'ь' },
  { letters: 'аиоентрвсдлпкмзъяубгчцжйхщшфюь' },
  { letters: 'аоиенртсувкдлмпјгзбшцњжчхљћђфџ' },
]
const greek: readonly Alphabet[] = [{ letters: 'αοιετσνηυρπκμλςωίάόέθδήγβχφύξώζψϊϋΐΰ', last: 'ς' }]
const hebrew: readonly Alphabet[] = [{ letters: 'יוהלאתרבשמםנןכקדעחפטגזךצסףץ', last: 'םןךףץ' }]
const arabic: readonly Alphabet[] = [{ letters: 'اليمونرتبةعدسفهكقحجأشطصىخإذزثضغءئؤآظپچژگ', last: 'ىة' }]
const thai: readonly Alphabet[] = [{ letters: 'านรกอเงมยลวดทสตะปบคห่แจพชขใไโผซถศฟฉฐณธษภญฎฏฆฒฌฬฮ้ิีั์ุูึืำ็๊๋' }]

/** The code pages of one byte a character; `later` in favour of those before, in bits. */
export const codePages: Readonly<Record<string, { readonly alphabets: readonly Alphabet[]; readonly later: number }>> =
  {
    'windows-1252': { alphabets: western, later: 0 },
    'windows-1250': { alphabets: central, later: 3 },
    'windows-1251': { alphabets: cyrillic, later: 0 },
    'windows-1253': { alphabets: greek, later: 0 },
    'windows-1254': { alphabets: turkish, later: 3 },
    'windows-1255': { alphabets: hebrew, later: 0 },
    'windows-1256': { alphabets: arabic, later: 0 },
    'windows-1257': { alphabets: baltic, later: 3 },
    'windows-1258': { alphabets: vietnamese, later: 10 },
    'windows-874': { alphabets: thai, later: 0 },
    'iso-8859-2': { alphabets: central, later: 8 },
    macintosh: { alphabets: western, later: 8 },
    'koi8-r': { alphabets: cyrillic, later: 4 },
    ibm866: { alphabets: cyrillic, later: 4 },
    'x-mac-cyrillic': { alphabets: cyrillic, later: 6 },
  }

/** A code page of two bytes a character: everyday characters, and the byte ranges of the other usual ones. */
export interface WideCodePage {
  readonly everyday: string
  /** [first and last leading byte, first and last trailing byte] */
  readonly usual: readonly (readonly [number, number, number, number])[]
  readonly later: number
}

const kana =
  'あいうえおかがきぎくぐけげこごさざしじすずせそただちっつてでとどなにぬねのはばひびふぶへほまみむめもやゆよらりるれろわをん' +
  'アイウエオカガキギクグケゲコゴサザシジスズセソタダチッツテデトドナニヌネノハバパヒビピフブプヘベペホボポマミムメモャヤュユョヨラリルレロワン。、ー'
const japanese =
  kana +
  '日一国人年大本中長出三時行見月後前生五間上東四今金九入学高円子外八六下来気小七山話女北午百書先名川千水半男西電校語土木聞食車何南万毎白天母火右読友左休父雨' +
  '正常異陽陰性副鼻腔炎顎洞肺骨折腫瘍癌患者健康疑有無病診断所見撮影像画検査部位側両番号氏年齢別分類結果胸腹頭嚢胞歯科医院良悪群対照不明既往'

export const wideCodePages: Readonly<Record<string, WideCodePage>> = {
  shift_jis: {
    everyday: japanese,
    usual: [
      [0x88, 0x88, 0x9f, 0xfc],
      [0x89, 0x97, 0x40, 0xfc],
      [0x98, 0x98, 0x40, 0x72],
    ],
    later: 0,
  },
  'euc-jp': { everyday: japanese, usual: [[0xb0, 0xcf, 0xa1, 0xfe]], later: 3 },
  gb18030: {
    everyday:
      '的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运' +
      '异病炎肺窦颌鼻骨折瘤肿癌阳阴健康患姓编号诊断疑似左右侧图片影良恶标签龄未检查胸腹片组照',
    usual: [[0xb0, 0xd7, 0xa1, 0xfe]],
    later: 0,
  },
  big5: {
    everyday:
      '的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西斯月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提立及比員解水名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數安少報才結反受目太量再感建務做接必場件計管期市直德資命山金指克許統區保至隊形社便空決治展馬科司五基眼書非則聽白卻界達光放強即像難且權思王象完設式色路記南品住告類求據程北邊死張該交規萬取拉格望覺術領共確傳師觀清今切院讓識候帶導爭運' +
      '異病炎肺竇頜鼻骨折瘤腫癌陽陰健康患姓編號診斷疑似左右側圖片影良惡標籤齡未檢查胸腹組照',
    usual: [[0xa4, 0xc6, 0x40, 0xfe]],
    later: 1,
  },
  'euc-kr': {
    everyday:
      '이다는을의에가고하로은기지도사리를한어자나시인대서해일그라스과아정전수부원만소장보구들주제있상여것등으년조공동관거비신게국방안면성세경우무화니계분당선위용유적연실회학산오마물중단모생습개며름말간문명교건업차반진내양요음심발행결와없까호트하미약될타금러영작강외저의환폐렴염골절종악좌측증병정확음양군검사번호라벨파출혈결핵흉복',
    usual: [[0xb0, 0xc8, 0xa1, 0xfe]],
    later: 0,
  },
}
