import { expect, it } from 'vitest';
import { pinyinOf } from './resident-name.ts';

it('reads a name as pinyin and initials', () => {
  expect(pinyinOf('崔春涛')).toEqual({ pinyin: 'cuichuntao', pinyinInitials: 'cct' });
  expect(pinyinOf('欧阳娜娜')).toEqual({ pinyin: 'ouyangnana', pinyinInitials: 'oynn' });
});

it('reads family names with several readings as family names', () => {
  const families: [string, string][] = [
    ['单小明', 'shan'],
    ['仇英', 'qiu'],
    ['曾国', 'zeng'],
    ['解晓东', 'xie'],
    ['朴树', 'piao'],
    ['任达', 'ren'],
    ['尉迟恭', 'yuchi'],
    ['万俟卨', 'moqi'],
    ['区志', 'ou'],
    ['查良', 'zha'],
    ['盖叫天', 'ge'],
  ];
  for (const [name, family] of families) expect(pinyinOf(name).pinyin.startsWith(family), name).toBe(true);
});

it('keeps letters and digits of names that are not Chinese', () => {
  expect(pinyinOf('John Smith').pinyin).toBe('johnsmith');
  expect(pinyinOf('吕布').pinyin).toBe('lvbu');
});
