import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { detectDialect, withEncoding } from '../dialect/detect-dialect.js';
import { encodingWarnings } from '../dialect/dialect-warnings.js';
import { EncodingScanner } from './encoding-scanner.js';

/** Below it `encoding_uncertain` is told. */
const TOLD_BELOW = 0.9;

function judge(lines: readonly string[], encoding: string) {
  const text = `${lines.join('\n')}\n`;
  const bytes = iconv.encode(text, encoding);
  expect(iconv.decode(bytes, encoding), 'the encoding has all of its characters').toBe(text);
  const scanner = new EncodingScanner();
  scanner.push(bytes);
  const verdict = scanner.end();
  return { ...verdict, isRight: iconv.decode(bytes, verdict.encoding) === text };
}

const FRENCH = [
  'Le cœur a ses raisons que la raison ne connaît point.',
  'Où est la bibliothèque la plus proche de l’hôtel ?',
  'Élodie a dîné à Besançon avec sa sœur aînée.',
  'Ça coûte douze € par semaine, août compris.',
];
const GREEK = [
  'Η Αθήνα είναι η πρωτεύουσα της Ελλάδας.',
  'Το κατάστημα ανοίγει στις εννέα το πρωί.',
  'Ο Γιώργος Παπαδόπουλος ζει στη Θεσσαλονίκη.',
];
const HEBREW = ['ירושלים היא בירת ישראל.', 'החנות נפתחת בשעה שמונה בבוקר.', 'משה כהן גר בתל אביב עם שתי בנותיו.'];
const ARABIC = ['القاهرة هي عاصمة مصر.', 'يفتح المتجر في الساعة الثامنة صباحا.', 'يسكن محمد في شارع النيل مع أسرته.'];
const LATVIAN = [
  'Jānis Bērziņš dzīvo Rīgā kopā ar ģimeni.',
  'Veikals atveras astoņos no rīta, ceturtdienās vēlāk.',
  'Ķekavā šogad uzcēla jaunu skolu bērniem.',
];
const LITHUANIAN = [
  'Vilnius yra Lietuvos sostinė ir didžiausias miestas.',
  'Parduotuvė atidaroma aštuntą valandą ryto, išskyrus šeštadienį.',
  'Žmonės gražiai šoko aplink ąžuolą, kol išaušo rytas.',
];
const ESTONIAN = [
  'Õpilased läksid täna kooli ja jäid sinna õhtuni.',
  'Pühapäeval sõidame järve äärde, kui ilm on šikk ja päike küpsetab.',
];

/** Sentences of languages that are written in an encoding. */
const TEXTS: readonly (readonly [encoding: string, language: string, lines: readonly string[]])[] = [
  [
    'iso-8859-3',
    'Maltese',
    [
      "Il-ħanut jiftaħ fit-tmienja ta' filgħodu.",
      "Ċensu joqgħod Ħaż-Żebbuġ ma' familtu.",
      'Il-ġurnata kienet sħuna ħafna u ż-żgħażagħ marru jgħumu.',
    ],
  ],
  [
    'iso-8859-3',
    'Esperanto',
    [
      'Ĉu vi ŝatas aŭskulti muzikon ĉiuĵaŭde?',
      'La ĝardeno apud la preĝejo estas ĉiam malfermita.',
      'Ŝi ĵus aĉetis freŝan panon, ĉar ĝi mankis hieraŭ.',
    ],
  ],
  ['iso-8859-4', 'Latvian', LATVIAN],
  ['iso-8859-4', 'Lithuanian', LITHUANIAN],
  ['iso-8859-4', 'Estonian', ESTONIAN],
  ['iso-8859-6', 'Arabic', ARABIC],
  ['iso-8859-7', 'Greek', GREEK],
  ['iso-8859-8', 'Hebrew', HEBREW],
  [
    'iso-8859-10',
    'Icelandic',
    [
      'Það er gott að búa á Íslandi á veturna.',
      'Þórður á heima við Ægisgötu í Reykjavík.',
      'Búðin opnar klukkan átta á morgnana.',
    ],
  ],
  [
    'iso-8859-10',
    'Northern Sami',
    [
      'Sámegiella lea ođđa ja boares giella seammás.',
      'Čáhci lea čáppat ja buhtis Ráisavákkis.',
      'Mánát leat skuvllas, ja oahpaheaddji lohká ŧiŋgga.',
    ],
  ],
  ['iso-8859-13', 'Latvian', LATVIAN],
  ['iso-8859-13', 'Lithuanian', LITHUANIAN],
  ['iso-8859-13', 'Estonian', ESTONIAN],
  [
    'iso-8859-13',
    'Polish',
    [
      'Zażółć gęślą jaźń, mówi książę z Łodzi.',
      'Sklep otwiera się o ósmej rano, również w święta.',
      'Małgorzata mieszka w Gdańsku ze swoją córką.',
    ],
  ],
  [
    'iso-8859-14',
    'Welsh',
    [
      'Mae’r tŷ wrth y llyn, a’r dŵr yn ddŵr glân.'.replaceAll('’', "'"),
      'Ŵyr neb pam y mae’r ŷd mor fyr eleni.'.replaceAll('’', "'"),
      'Hen wlad fy nhadau yw’r gân, meddai’r gŵr.'.replaceAll('’', "'"),
    ],
  ],
  [
    'iso-8859-14',
    'Irish',
    [
      'Ḃí an lá go breá agus ṫáinig an ġrian amaċ.',
      'Tá an siopa ag oscailt ar a hoċt a ċlog ar maidin.',
      'Is breá liom an ċeol agus an daṁsa, a ḋuine.',
    ],
  ],
  ['iso-8859-15', 'French', FRENCH.map((line) => line.replaceAll('’', "'"))],
  [
    'iso-8859-16',
    'Romanian',
    [
      'București este capitala României și cel mai mare oraș.',
      'Magazinul se deschide la opt dimineața, în afară de sâmbătă.',
      'Ștefan locuiește în Timișoara împreună cu soția și fiica.',
    ],
  ],
  [
    'windows-1258',
    'Vietnamese',
    [
      'Nguyễn Văn An sống ở Hà Nội với gia đình.',
      'Cửa hàng mở cửa lúc tám giờ sáng mỗi ngày.',
      'Thành phố Hồ Chí Minh là thành phố lớn nhất.',
    ].map(forWindows1258),
  ],
  ['windows-874', 'Thai', ['กรุงเทพเป็นเมืองหลวงของประเทศไทย', 'ร้านเปิดเวลาแปดโมงเช้าทุกวัน', 'สมชายอาศัยอยู่ที่เชียงใหม่กับครอบครัว']],
  [
    'cp437',
    'German',
    [
      'Jürgen Müller wohnt in der Königstraße in Köln.',
      'Das Geschäft öffnet um acht Uhr, außer an Feiertagen.',
      'Größere Mengen kühler Getränke für die Gäste.',
    ],
  ],
  [
    'cp437',
    'French',
    [
      'Où est la bibliothèque la plus proche ?',
      'Le garçon a dîné à la forêt près du château.',
      'Elle a été très contente, même après le dîner.',
    ],
  ],
  [
    'cp437',
    'Spanish',
    [
      'El niño pequeño vive en España con su mamá.',
      '¿Dónde está la estación más próxima?',
      'La señora Núñez llegó por la mañana.',
    ],
  ],
  [
    'koi8-u',
    'Ukrainian',
    [
      'Київ є столицею і найбільшим містом України.',
      'Крамниця відчиняється о восьмій ранку, крім неділі.',
      'Євген живе в Чернігові, їде до ґанку щодня.',
    ],
  ],
  [
    'windows-1251',
    'Ukrainian',
    [
      'Київ є столицею і найбільшим містом України.',
      'Крамниця відчиняється о восьмій ранку, крім неділі.',
      'Євген живе в Чернігові, їде до ґанку щодня.',
    ],
  ],
  [
    'koi8-r',
    'Russian',
    [
      'Москва является столицей России.',
      'Магазин открывается в восемь утра, кроме воскресенья.',
      'Иван живёт в Твери вместе с семьёй.',
    ],
  ],
];

/** In windows-1258 the tones of Vietnamese are marks of their own, but for those of some vowels that French has. */
function forWindows1258(text: string): string {
  return Array.from(text, (character) => {
    if (character < '\x80' || 'ÀÁÂÈÉÊËÍÎÏÓÔÙÚÛÜàáâèéêëíîïóôùúûüĂăĐđƠơƯư'.includes(character)) return character;
    const marks = character.normalize('NFD');
    const tone = /[\u0300\u0301\u0303\u0309\u0323]/u.exec(marks)![0];
    return marks.replace(tone, '').normalize('NFC') + tone;
  }).join('');
}

/** Too rare for what little speaks for them; Estonian has hardly a letter that tells its encodings apart. */
const GUESSED = new Set([
  'iso-8859-3 Esperanto',
  'iso-8859-10 Northern Sami',
  'iso-8859-14 Welsh',
  'iso-8859-14 Irish',
]);
const GUESSED_RIGHT = new Set(['iso-8859-4 Estonian', 'iso-8859-13 Estonian']);

describe('the text of a language in an encoding', () => {
  it.each(TEXTS)('%s, %s: is found, or told as a guess', (encoding, language, lines) => {
    const { isRight, confidence, encoding: found } = judge(lines, encoding);
    const name = `${encoding} ${language}`;
    if (!isRight) expect(confidence, found).toBeLessThan(TOLD_BELOW);
    expect({ name, isRight, isSure: confidence >= TOLD_BELOW }).toEqual({
      name,
      isRight: !GUESSED.has(name),
      isSure: !GUESSED.has(name) && !GUESSED_RIGHT.has(name),
    });
  });

  it.each([
    ['signs of currency behind semicolons', ['96819;€ 7,97;73', '97065;€ 11,76;2', 'X1;€ 3', 'A-7;£ 12']],
    ['no-break blanks in numbers', Array.from({ length: 60 }, (_, i) => `${i},"${i + 1}\u00a0${234 + i},50"`)],
    ['apostrophes in numbers', Array.from({ length: 60 }, (_, i) => `${i};${i + 1}’${234 + i}.50`)],
    ['quotes and dashes between semicolons', ['1;„gut“;2', 'X;“fine”;–;7', '3;«bien»;4']],
  ])('is windows-1252 where it has only %s', (_, lines) => {
    expect(judge(lines, 'windows-1252')).toMatchObject({ encoding: 'windows-1252', isRight: true });
    expect(judge(lines, 'windows-1252').confidence).toBeGreaterThan(TOLD_BELOW);
  });

  it.each(['ISO-2022-JP', 'ISO-2022-KR', 'ISO-2022-CN'])('is told where it is %s, which is not read', (name) => {
    const shift = { 'ISO-2022-JP': '\x1b$B', 'ISO-2022-KR': '\x1b$)C', 'ISO-2022-CN': '\x1b$)A' }[name];
    const bytes = Buffer.from(`name,city\n1,${shift};3ED\x1b(B\n`);
    for (const size of [1, 2, 3, 4, 100]) {
      const scanner = new EncodingScanner();
      for (let at = 0; at < bytes.length; at += size) scanner.push(bytes.subarray(at, at + size));
      expect(scanner.end()).toMatchObject({ encoding: 'utf-8', confidence: 0.05, text: true });
    }
    const { warnings, dialect } = detect(bytes);
    expect(warnings).toMatchObject([
      { code: 'encoding_uncertain', first_line: 2, message: expect.stringContaining(name) },
    ]);
    expect(dialect.confidence).toBeLessThan(0.1);
  });

  it.each(['\x1b[31mred\x1b[0m', '\x1b$ 5', 'é\x1b$B'])('is not told as ISO-2022 for %j', (text) => {
    const scanner = new EncodingScanner();
    scanner.push(Buffer.from(`a,${text}\n`));
    expect(scanner.end().confidence).toBeGreaterThan(0.9);
  });
});

/** As a file of these bytes is planned. */
function detect(bytes: Buffer) {
  const scanner = new EncodingScanner();
  scanner.push(bytes);
  const { encoding, confidence } = scanner.end();
  const verdict = detectDialect(bytes);
  return {
    dialect: withEncoding(verdict, encoding, confidence),
    warnings: encodingWarnings(bytes, verdict, encoding, confidence),
  };
}
