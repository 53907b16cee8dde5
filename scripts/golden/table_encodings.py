"""Tables in the code pages of the world, encoded by Python's codecs: what kopt must read, or ask about, and never misread.

Writes test/golden/table-encodings.json. Run: python scripts/golden/table_encodings.py
"""

import json
import pathlib
import platform

WORDS = {
    'German': ['unauffällig', 'auffällig', 'Müller', 'Übersicht', 'gesund', 'Nasennebenhöhle', 'Entzündung', 'Größe'],
    'French': ['négatif', 'positif', 'fièvre', 'bilatérale', 'très', 'bénigne', 'sinusite aiguë', 'à droite', 'élevée', 'lésion'],
    'French, two words': ['très', 'fièvre'],
    'Spanish': ['señal', 'sí', 'sinusitis crónica', 'año', 'sano', 'niño', 'lesión'],
    'Portuguese': ['não', 'pneumonia', 'lesão', 'são', 'órgão', 'inflamação', 'doença'],
    'Italian': ['sì', 'perché', 'è', 'normalità', 'gravità', 'più'],
    'Swedish': ['förändring', 'lunginflammation', 'frisk', 'sjuk', 'bihåla'],
    'Danish': ['sygdom', 'røntgen', 'bihulebetændelse', 'rask', 'ålborg'],
    'Polish': ['prawidłowy', 'zapalenie', 'zdrowy', 'łagodny', 'złośliwy', 'guz płuca', 'błąd', 'większy'],
    'Czech': ['zdravý', 'nemocný', 'zánět', 'čistý', 'příznak', 'nález', 'dítě'],
    'Czech, one letter': ['zdravý', 'nemocný'],
    'Hungarian': ['egészséges', 'beteg', 'arcüreggyulladás', 'nőstény', 'törés', 'tüdőgyulladás'],
    'Romanian': ['sănătos', 'bolnav', 'sinuzită', 'fractură', 'însănătoşit'],
    'Croatian': ['zdrav', 'bolestan', 'čist', 'šupljina', 'upala pluća', 'žena'],
    'Turkish': ['sağlıklı', 'hasta', 'sinüzit', 'kırık', 'akciğer', 'iltihabı', 'çocuk'],
    'Lithuanian': ['sveikas', 'serga', 'uždegimas', 'lūžis', 'sergantį', 'mėginys', 'gydytoją'],
    'Latvian': ['vesels', 'slims', 'iekaisums', 'lūzums', 'bērns', 'sievietēm', 'nē'],
    'Russian': ['норма', 'синусит'],
    'Russian, more': ['Здоров', 'Болен', 'Пневмония', 'Опухоль'],
    'Russian capitals': ['НОРМА', 'СИНУСИТ'],
    'Ukrainian': ['норма', 'синусит', 'здоровий', 'перелом', 'легені', 'їжа'],
    'Bulgarian': ['здрав', 'болен', 'синузит', 'норма'],
    'Serbian': ['здрав', 'болестан', 'упала', 'прелом'],
    'Greek': ['φυσιολογικό', 'ιγμορίτιδα', 'υγιής', 'ασθενής'],
    'Greek capitals': ['ΝΑΙ', 'ΟΧΙ'],
    'Hebrew': ['תקין', 'חולה', 'דלקת', 'בריא'],
    'Arabic': ['طبيعي', 'التهاب', 'سليم', 'مريض'],
    'Thai': ['ปกติ', 'ไซนัสอักเสบ', 'ผิดปกติ'],
    'Thai, two words': ['ปกติ', 'ผิดปกติ'],
    'Japanese sinusitis': ['正常', '副鼻腔炎'],
    'Japanese normal, abnormal': ['正常', '異常'],
    'Japanese with hiragana': ['健常', '肺炎', 'なし', 'あり'],
    'Japanese half-width': ['ｾｲｼﾞｮｳ', 'ｲｼﾞｮｳ'],
    'Japanese left, right': ['左', '右'],
    'Chinese sinusitis': ['正常', '鼻窦炎'],
    'Chinese normal, abnormal': ['正常', '异常'],
    'Chinese healthy, ill': ['健康', '患病'],
    'Chinese yes, no': ['是', '否'],
    'Chinese findings': ['上颌窦炎', '囊肿', '息肉', '无'],
    'Chinese benign, malignant': ['良性', '恶性'],
    'Traditional Chinese sinusitis': ['正常', '鼻竇炎'],
    'Traditional Chinese normal, abnormal': ['正常', '異常'],
    'Traditional Chinese healthy, pneumonia': ['健康', '肺炎'],
    'Traditional Chinese benign, malignant': ['良性', '惡性'],
    'Korean normal, abnormal': ['정상', '비정상'],
    'Korean sinusitis': ['정상', '부비동염'],
    'Korean positive, negative': ['양성', '음성'],
    'Korean healthy, pneumonia': ['건강', '폐렴'],
    'Korean fracture, none': ['골절', '없음'],
    'signs and one loan word': ['±1', '5 µm', '20°', 'naïve'],
}

CODECS = {
    'German': ['cp1252', 'mac_roman', 'cp1250'],
    'French': ['cp1252', 'mac_roman'],
    'French, two words': ['cp1252'],
    'Spanish': ['cp1252', 'mac_roman'],
    'Portuguese': ['cp1252', 'mac_roman'],
    'Italian': ['cp1252'],
    'Swedish': ['cp1252', 'mac_roman'],
    'Danish': ['cp1252'],
    'Polish': ['cp1250', 'iso8859_2'],
    'Czech': ['cp1250', 'iso8859_2'],
    'Czech, one letter': ['cp1250'],
    'Hungarian': ['cp1250'],
    'Romanian': ['cp1250'],
    'Croatian': ['cp1250'],
    'Turkish': ['cp1254'],
    'Lithuanian': ['cp1257'],
    'Latvian': ['cp1257'],
    'Russian': ['cp1251', 'koi8_r', 'cp866', 'mac_cyrillic'],
    'Russian, more': ['cp1251', 'koi8_r', 'cp866'],
    'Russian capitals': ['cp1251', 'koi8_r', 'cp866'],
    'Ukrainian': ['cp1251'],
    'Bulgarian': ['cp1251'],
    'Serbian': ['cp1251'],
    'Greek': ['cp1253'],
    'Greek capitals': ['cp1253'],
    'Hebrew': ['cp1255'],
    'Arabic': ['cp1256'],
    'Thai': ['cp874'],
    'Thai, two words': ['cp874'],
    'signs and one loan word': ['cp1252'],
    'Japanese sinusitis': ['cp932', 'euc_jp'],
    'Japanese normal, abnormal': ['cp932', 'euc_jp'],
    'Japanese with hiragana': ['cp932', 'euc_jp'],
    'Japanese half-width': ['cp932', 'euc_jp'],
    'Japanese left, right': ['cp932', 'euc_jp'],
    'Chinese sinusitis': ['gb18030'],
    'Chinese normal, abnormal': ['gb18030'],
    'Chinese healthy, ill': ['gb18030'],
    'Chinese yes, no': ['gb18030'],
    'Chinese findings': ['gb18030'],
    'Chinese benign, malignant': ['gb18030'],
    'Traditional Chinese sinusitis': ['big5'],
    'Traditional Chinese normal, abnormal': ['big5'],
    'Traditional Chinese healthy, pneumonia': ['big5'],
    'Traditional Chinese benign, malignant': ['big5'],
    'Korean normal, abnormal': ['cp949'],
    'Korean sinusitis': ['cp949'],
    'Korean positive, negative': ['cp949'],
    'Korean healthy, pneumonia': ['cp949'],
    'Korean fracture, none': ['cp949'],
}

cases = []
for language, codecs in CODECS.items():
    rows = "".join(f"f{i:03}.png,{word}\n" for i, word in enumerate(WORDS[language]))
    text = "file,label\n" + rows
    for codec in codecs:
        cases.append({"language": language, "codec": codec, "hex": text.encode(codec).hex(), "text": text})

target = pathlib.Path(__file__).parents[2] / "test" / "golden" / "table-encodings.json"
made = f"Python {platform.python_version()}, scripts/golden/table_encodings.py"
target.write_text(json.dumps({"madeWith": made, "cases": cases}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
