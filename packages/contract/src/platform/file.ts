import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, idParams } from '../wire.ts';

export const fileView = z.object({ id, name: z.string(), size: z.number(), mediaType: z.string() });
export type FileView = z.infer<typeof fileView>;

export const uploadFile = defineEndpoint({
  id: 'file.upload',
  method: 'POST',
  path: '/api/files',
  access: 'signedIn',
  summary: '上传一个文件（multipart，字段名 file）',
  tag: '文件',
  transport: 'upload',
  reply: fileView,
});

export const fileLink = defineEndpoint({
  id: 'file.link',
  method: 'GET',
  path: '/api/files/:id/link',
  access: 'signedIn',
  summary: '取得十分钟内有效的下载链接',
  tag: '文件',
  params: idParams,
  reply: z.object({ url: z.string() }),
});

/** Links for the pictures of a list, in one call; files the person may not see, or whose opening is audited, are left out. */
export const fileLinks = defineEndpoint({
  id: 'file.links',
  method: 'GET',
  path: '/api/files/links',
  access: 'signedIn',
  summary: '取得多个文件十分钟内有效的下载链接',
  tag: '文件',
  query: z.object({
    ids: z.string().regex(/^[0-9a-f-]{36}(,[0-9a-f-]{36}){0,99}$/, '应为至多 100 个文件编号，用逗号分隔'),
  }),
  reply: z.object({ links: z.array(z.object({ id, url: z.string() })) }),
});

/** The signature in the query is the right to read: the link can be opened by a browser without our headers. */
export const downloadFile = defineEndpoint({
  id: 'file.download',
  method: 'GET',
  path: '/api/files/:id/content',
  access: 'public',
  summary: '凭短时链接下载文件',
  tag: '文件',
  transport: 'download',
  params: idParams,
  query: z.object({
    company: id,
    staff: id,
    client: z.enum(['pc', 'phone']),
    expires: z.coerce.number().int(),
    signature: z.string().max(100),
    /** A picture at most 320 pixels wide and high, as WebP. */
    size: z.enum(['thumbnail']).optional(),
  }),
  reply: z.unknown(),
});
