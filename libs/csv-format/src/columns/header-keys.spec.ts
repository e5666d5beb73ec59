import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growth, LINEAR } from '../../../../test/support/growth.js';
import { headerKeys } from './header-keys.js';

const keysOf = (...names: string[]): string[] => headerKeys(names).map(({ key }) => key);

describe('a header key', () => {
  it.each([
    ['Name', 'name'],
    ['First Name', 'first_name'],
    ['  padded\t', 'padded'],
    ['\ufeffid', 'id'],
    ['firstName', 'first_name'],
    ['HTTPServer', 'http_server'],
    ['getHTTPResponseCode', 'get_http_response_code'],
    ['URL', 'url'],
    ['userID', 'user_id'],
    ['user1ID', 'user1_id'],
    ['address2Line', 'address2_line'],
    ['address2', 'address2'],
    ['Q1Sales', 'q1_sales'],
    ['CO2Emission', 'co2_emission'],
    ['H2O', 'h2o'],
    ['PM10', 'pm10'],
    ['2020', 'col_2020'],
    ['2020Sales', 'col_2020_sales'],
    ['3DModel', 'col_3d_model'],
    ['2020-01', 'col_2020_01'],
    ['٢٠٢٠', 'col_٢٠٢٠'],
    ['price (EUR)', 'price_eur'],
    ['__private__', 'private'],
    ['a - b // c', 'a_b_c'],
    ["l'année", 'l_année'],
    ['Straße', 'straße'],
    ['ÜberGröße', 'über_größe'],
    ['ПолноеИмя', 'полное_имя'],
    ['ΣΥΝΟΛΟ', 'συνολο'],
    ['J\u030cedan', '\u01f0edan'],
    ['İstanbul', 'i\u0307stanbul'],
    ['名前', '名前'],
    ['東京 都', '東京_都'],
    ['الاسم الكامل', 'الاسم_الكامل'],
    ['שם', 'שם'],
    ['area m²', 'area_m²'],
    ['ǅungla', 'ǆungla'],
    ['price 💶 net', 'price_net'],
    ['a\u0000b', 'a_b'],
    ['__proto__', 'proto'],
    ['constructor', 'constructor'],
    ['toString', 'to_string'],
    ['hasOwnProperty', 'has_own_property'],
  ])('of %j is %j', (name, key) => {
    expect(keysOf(name)).toEqual([key]);
  });

  it.each([[''], ['   '], ['---'], ['💶'], ['\u200d'], ['\u0301'], ['_']])(
    'of %j, which has no letter and no digit, is its column number',
    (name) => {
      expect(keysOf('id', name)).toEqual(['id', 'column_2']);
    },
  );

  it('is the same for a composed and a decomposed é', () => {
    expect(keysOf('caf\u00e9', 'cafe\u0301')).toEqual(['caf\u00e9', 'caf\u00e9_2']);
  });

  it.each([
    ['Hindi vowel signs and a virama', 'नाम हिन्दी', 'नाम_हिन्दी'],
    ['Thai tone and vowel marks', 'ชื่อผู้ใช้', 'ชื่อผู้ใช้'],
    ['Tamil', 'பெயர்', 'பெயர்'],
    ['Hebrew points', 'שָׁלוֹם', 'שָׁלוֹם'.normalize('NFC')],
    ['a letter that has no composed form', 'x\u0302 mean', 'x\u0302_mean'],
    ['the capital after a marked letter', 'x\u0302Mean', 'x\u0302_mean'],
  ])('keeps the marks that belong to letters: %s', (_, name, key) => {
    expect(keysOf(name)).toEqual([key]);
  });

  it('drops the marks that belong to no letter', () => {
    expect(keysOf('1\ufe0f\u20e3 first', '☀\ufe0f sun')).toEqual(['col_1_first', 'sun']);
  });
});

describe('header keys together', () => {
  it('leave unique keys alone and give a repeat the smallest free suffix', () => {
    expect(keysOf('name', 'name', 'name_2')).toEqual(['name', 'name_3', 'name_2']);
    expect(keysOf('a', 'a', 'a')).toEqual(['a', 'a_2', 'a_3']);
    expect(keysOf('Name', 'NAME', ' name ')).toEqual(['name', 'name_2', 'name_3']);
    expect(keysOf('a_2', 'a', 'a_2', 'a')).toEqual(['a_2', 'a', 'a_2_2', 'a_3']);
  });

  it('distinguish an unnamed column from one named column_2', () => {
    expect(keysOf('column_2', '')).toEqual(['column_2', 'column_2_2']);
  });

  it('keep every original and its position', () => {
    expect(headerKeys([' First Name', '', '__proto__'])).toEqual([
      { key: 'first_name', name: ' First Name', position: 1 },
      { key: 'column_2', name: '', position: 2 },
      { key: 'proto', name: '__proto__', position: 3 },
    ]);
  });

  it('are empty for no header', () => {
    expect(headerKeys([])).toEqual([]);
  });

  it.each([
    ['equal names', Array.from({ length: 40_000 }, () => 'name')],
    ['suffixes that are taken in advance', Array.from({ length: 40_000 }, (_, i) => (i % 2 ? 'name' : `name_${i}`))],
    ['repeats of repeats', Array.from({ length: 40_000 }, (_, i) => `n${'_2'.repeat(i % 5)}`)],
  ])('take linear time for %s', (_, names) => {
    expect(new Set(headerKeys(names).map(({ key }) => key)).size).toBe(names.length);
    // 40,000 take some 60 ms. Looking for each suffix from 2 on would take minutes.
    expect(growth((count) => headerKeys(names.slice(0, count)), names.length)).toBeLessThan(LINEAR);
  });
});

describe('for any headers', { timeout: 60_000 }, () => {
  // Words that give equal keys, besides any text: random strings alone would hardly ever give equal ones.
  const name = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom(
      'name',
      'Name',
      'name_2',
      'name_3',
      'name_2_2',
      '',
      '2',
      'col_2',
      'column_1',
      'column_2',
      '__proto__',
      'constructor',
    ),
    fc.stringMatching(/^[A-Za-zÀ-ž0-9 _-]{0,10}$/),
  );
  const names = fc.array(name, { maxLength: 40 });
  const KEY = /^\p{L}\p{M}*(?:\p{L}\p{M}*|\p{N})*(?:_(?:\p{L}\p{M}*|\p{N})+)*$/u;

  it('there is one unique key for each', () => {
    fc.assert(
      fc.property(names, (given) => {
        const keys = keysOf(...given);
        expect(keys).toHaveLength(given.length);
        expect(new Set(keys).size).toBe(given.length);
      }),
    );
  });

  it('every key begins with a letter, and has letters with their marks, digits and single underscores', () => {
    fc.assert(
      fc.property(names, (given) => keysOf(...given).every((key) => KEY.test(key) && key === key.normalize('NFC'))),
    );
  });

  it('keys used as headers do not change', () => {
    fc.assert(
      fc.property(names, (given) => {
        const keys = keysOf(...given);
        expect(keysOf(...keys)).toEqual(keys);
      }),
    );
  });

  it('the first header of each key has the same key as alone', () => {
    fc.assert(
      fc.property(names, (given) => {
        const keys = keysOf(...given);
        // Alone, but in its own place: a header without letters is named for its position.
        const alone = given.map(
          (one, i) => keysOf(...Array.from({ length: i }, (_, n) => `other ${n} x`), one).at(-1)!,
        );
        alone.forEach((key, i) => {
          if (alone.indexOf(key) === i) expect(keys[i]).toBe(key);
        });
      }),
    );
  });
});
