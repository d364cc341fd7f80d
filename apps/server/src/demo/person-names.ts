import type { Random } from './random.ts';

export type Sex = 'male' | 'female';

// Family names by how common they are: each of the first row is about three times as frequent as one of the last.
const surnames: readonly (readonly [string, number])[] = [
  ...[...'王李张刘陈杨黄赵吴周'].map((name) => [name, 9] as const),
  ...[...'徐孙马朱胡郭何林高罗'].map((name) => [name, 5] as const),
  ...[...'郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡'].map((name) => [name, 3] as const),
  ...[
    ...'余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤',
  ].map((name) => [name, 1] as const),
  ['欧阳', 0.3],
  ['司徒', 0.1],
  ['诸葛', 0.1],
];

const maleNames =
  '伟 强 军 勇 杰 涛 超 明 刚 平 辉 鹏 华 飞 鑫 波 斌 宇 浩 凯 健 俊 峰 磊 洋 志强 建国 建华 志明 文杰 俊杰 国强 海涛 志刚 晓东 永强 建军 家豪 子轩 浩然 宇轩 俊熙 天佑 文博 思远 嘉诚 泽宇 明轩 子涵 一鸣 春涛 宏伟 立新 振华 德胜 庆丰 守义 长河 云飞 少华 绍辉 景行 承志 卫东 爱民 新民 学文 学军 光明 正阳 明辉 志远 文斌 海波 玉龙 金龙 成功 书豪 亦辰 梓豪 奕辰 沐阳 景明 启明 祥云 兆丰 树森 松涛 国栋 世杰 耀辉 冠宇 鸿飞 凌云 安邦 伯远 仲谋 逸飞 瑞霖 博文 思成 晋鹏 培元'.split(
    ' ',
  );
const femaleNames =
  '芳 娜 敏 静 丽 艳 娟 霞 燕 玲 婷 雪 琳 慧 莉 倩 洁 颖 梅 红 兰 秀英 桂英 丽华 秀兰 玉兰 淑珍 晓燕 海燕 雪梅 春梅 丽娟 丽丽 晓红 美玲 玉梅 欣怡 诗涵 梓涵 雨桐 思雨 佳怡 雅婷 梦瑶 晓雯 佳慧 文静 嘉欣 若曦 语嫣 可馨 紫萱 静怡 雨欣 婉清 佩珊 月华 凤英 桂兰 素芬 彩霞 翠萍 惠芳 冬梅 秋月 春燕 小红 爱华 亚男 敏仪 淑贞 金凤 玉珍 美华 晨曦 一诺 依诺 芷若 映雪 念慈 书瑶 舒窈 清妍 韵寒 昕怡 宛如 嘉宁 知夏 安琪 乐瑶 采薇 云舒 亦菲 明月 思琪 雪莹 若兰 碧华 慧敏'.split(
    ' ',
  );

/** A family name as common as in life. */
export function pickSurname(random: Random): string {
  return random.pickWeighted(surnames);
}

/** A whole name; the family name is given for children and siblings. */
export function pickPersonName(random: Random, sex: Sex, surname: string = pickSurname(random)): string {
  return surname + random.pick(sex === 'male' ? maleNames : femaleNames);
}
