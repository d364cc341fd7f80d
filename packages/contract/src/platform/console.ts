import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { ok } from '../wire.ts';

/** Longest value a preference may have, as JSON text. */
export const mostPreferenceCharacters = 8000;
/** Most preferences one person may have. */
export const mostPreferences = 300;

/** One kind of work waiting for the person: `入住审核 3`, with the page it is done on (PLT-7). */
export const toDo = z.object({
  key: z.string(),
  label: z.string(),
  count: z.number(),
  /** Page of the back office, and what its address says besides. */
  path: z.string(),
  query: z.record(z.string(), z.string()),
});
export type ToDo = z.infer<typeof toDo>;

export const listToDos = defineEndpoint({
  id: 'console.toDos',
  method: 'GET',
  path: '/api/console/to-dos',
  access: 'signedIn',
  summary: '我的待办：每类几件、在哪个页面办',
  tag: '工作台',
  reply: z.object({ rows: z.array(toDo) }),
});

const preferenceKey = z.string().regex(/^[A-Za-z][A-Za-z0-9.-]{0,79}$/, '偏好的名称只能用字母、数字、点和短横');

/** `null` forgets. */
export const writePreference = defineEndpoint({
  id: 'preference.write',
  method: 'PUT',
  path: '/api/preferences/:key',
  access: 'signedIn',
  summary: '记住我的一项设置（常用功能、列表的列、常用筛选）',
  tag: '工作台',
  params: z.object({ key: preferenceKey }),
  body: z.object({
    value: z
      .json()
      .refine(
        (value) => JSON.stringify(value).length <= mostPreferenceCharacters,
        `一项设置最多 ${mostPreferenceCharacters} 个字符`,
      ),
  }),
  reply: ok,
});
