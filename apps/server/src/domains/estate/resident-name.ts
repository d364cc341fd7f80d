import { pinyin } from 'pinyin-pro';

export interface NamePinyin {
  /** `cuichuntao` */
  pinyin: string;
  /** `cct` */
  pinyinInitials: string;
}

/**
 * Pinyin of a person's name, without tones, small letters only; the family name is read as a family name
 * (单 shan, 仇 qiu, 曾 zeng, 解 xie, 尉迟 yuchi). Letters and digits stand for themselves.
 */
export function pinyinOf(name: string): NamePinyin {
  const syllables = pinyin(name.trim(), {
    toneType: 'none',
    surname: 'head',
    type: 'array',
    nonZh: 'consecutive',
    v: true,
  })
    .map((one) => one.toLowerCase().replace(/[^a-z0-9]/g, ''))
    .filter((one) => one !== '');
  return { pinyin: syllables.join(''), pinyinInitials: syllables.map((one) => one[0]).join('') };
}
