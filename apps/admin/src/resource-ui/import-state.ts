import type { DuplicatePolicy, ImportState } from '@anlin/contract';

export const stateText: Readonly<Record<ImportState, string>> = {
  uploaded: '待对应列',
  checking: '正在检查',
  checked: '已检查，待导入',
  importing: '正在导入',
  stopped: '已停止，可继续',
  done: '已完成',
  undoing: '正在撤销',
  undone: '已撤销',
};

/** What each policy does, for a list whose rows bring `relations` (标签、业主) with them; a policy that changes nothing there is left out. */
export function policyChoices(relations: string): { value: DuplicatePolicy; title: string; text: string }[] {
  const has = relations !== '';
  return [
    { value: 'skip', title: '跳过', text: '已存在的一律不改动，只新增没有的' },
    {
      value: 'replace',
      title: has ? '覆盖，并替换关联' : '覆盖',
      text: has ? `用文件内容覆盖；文件填了${relations}的，换成文件里的` : '用文件内容覆盖',
    },
    ...(has
      ? [
          {
            value: 'replaceAndAdd' as const,
            title: '覆盖，并追加关联',
            text: `用文件内容覆盖；原有的${relations}保留，文件里的追加上去`,
          },
        ]
      : []),
    {
      value: 'updateOnly',
      title: '仅更新',
      text: `只改已存在的${has ? `，${relations.replace('、关联房屋', '')}不动` : ''}；不存在的不新建，列入失败的行`,
    },
  ];
}
