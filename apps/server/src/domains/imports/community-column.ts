import { cleanText } from '@anlin/spreadsheet';
import type { ImportColumn, ImportTarget, KeyedProblem, RowValues } from './importer.ts';

/** Files name their community in a column. It is compared, never used to choose: the person chose where rows go. */
export const communityColumn: ImportColumn = {
  key: 'community',
  title: '小区',
  synonyms: ['小区名称', '项目', '项目名称'],
  isRequired: false,
  hint: '可不填；数据导入到您所选的小区。同一文件只能有一个小区的数据',
  example: '示例小区（本行不会导入，填写前可删）',
  read: (cell) => ({ isOk: true, value: cleanText(cell.text) }),
};

/** Watches that a file speaks of one community only, and whether it is the chosen one. */
export function watchCommunity(target: ImportTarget) {
  let first: string | undefined;
  return {
    problemOf(values: RowValues): KeyedProblem | undefined {
      const name = values.community;
      if (typeof name !== 'string' || name === '') return undefined;
      first ??= name;
      if (name === first) return undefined;
      return {
        key: 'community',
        message: `这一行的小区与前面各行（${first}）不同。一个文件只能导入一个小区，请按小区分开`,
      };
    },
    notices(): string[] {
      if (first === undefined || target.communityName === null || first === target.communityName) return [];
      return [`文件中的小区是“${first}”，您选择导入到“${target.communityName}”。请确认没有选错`];
    },
  };
}
