import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { created, day, id, idParams, instant, ok } from '../wire.ts';
import { printTemplateContent } from './print-template.ts';
import { printDocument, printType } from './print-types.ts';

const tag = '打印';

/** A template of the company (its id), or one that comes with the product (`receipt-a4`). */
const templateRef = z.string().regex(/^[a-zA-Z0-9-]{3,60}$/, '模板编号格式不对');
const name = z.string().trim().min(1, '请填写模板名称').max(60, '模板名称最多 60 个字');

export const printTemplateView = z.object({
  /** What printing names it by: an id, or the key of a built-in one. */
  ref: z.string(),
  isBuiltIn: z.boolean(),
  type: printType,
  name: z.string(),
  /** Null: for every community that has none of its own. */
  communityId: id.nullable(),
  communityName: z.string().nullable(),
  isDefault: z.boolean(),
  version: z.number(),
  updatedAt: instant.nullable(),
  updatedBy: z.string(),
  content: printTemplateContent,
});
export type PrintTemplateView = z.infer<typeof printTemplateView>;

export const listPrintTemplates = defineEndpoint({
  id: 'printTemplate.list',
  method: 'GET',
  path: '/api/print-templates',
  access: 'printTemplate.view',
  summary: '打印模板：公司的、各小区的和自带的',
  tag,
  query: z.object({ type: printType.optional(), communityId: id.optional() }),
  reply: z.object({ rows: z.array(printTemplateView) }),
});

export const createPrintTemplate = defineEndpoint({
  id: 'printTemplate.create',
  method: 'POST',
  path: '/api/print-templates',
  access: 'printTemplate.edit',
  summary: '新增打印模板',
  tag,
  body: z.strictObject({ type: printType, communityId: id.nullable(), name, content: printTemplateContent }),
  reply: created,
});

export const updatePrintTemplate = defineEndpoint({
  id: 'printTemplate.update',
  method: 'PUT',
  path: '/api/print-templates/:id',
  access: 'printTemplate.edit',
  summary: '保存打印模板；旧版本保留',
  tag,
  params: idParams,
  body: z.strictObject({ version: z.number().int(), name, content: printTemplateContent }),
  reply: z.object({ version: z.number() }),
});

export const choosePrintTemplate = defineEndpoint({
  id: 'printTemplate.choose',
  method: 'POST',
  path: '/api/print-templates/:id/default',
  access: 'printTemplate.edit',
  summary: '设为默认模板：未另选时用它打印',
  tag,
  params: idParams,
  reply: ok,
});

export const deletePrintTemplate = defineEndpoint({
  id: 'printTemplate.delete',
  method: 'DELETE',
  path: '/api/print-templates/:id',
  access: 'printTemplate.edit',
  summary: '删除打印模板',
  tag,
  params: idParams,
  reply: ok,
});

export const listPrintTemplateVersions = defineEndpoint({
  id: 'printTemplate.versions',
  method: 'GET',
  path: '/api/print-templates/:id/versions',
  access: 'printTemplate.view',
  summary: '打印模板保存过的版本，新的在前',
  tag,
  params: idParams,
  reply: z.object({
    rows: z.array(
      z.object({
        version: z.number(),
        savedAt: instant,
        savedBy: z.string(),
        name: z.string(),
        content: printTemplateContent,
      }),
    ),
  }),
});

export const printImageView = z.object({ id, name: z.string(), widthPx: z.number(), heightPx: z.number() });
export type PrintImageView = z.infer<typeof printImageView>;

export const addPrintImage = defineEndpoint({
  id: 'printImage.add',
  method: 'POST',
  path: '/api/print-images',
  access: 'printTemplate.edit',
  summary: '登记一张已上传的图片供模板使用；isSeal 为小区公章',
  tag,
  body: z.strictObject({ fileId: id, communityId: id.nullable(), isSeal: z.boolean() }),
  reply: printImageView,
});

export const listPrintImages = defineEndpoint({
  id: 'printImage.list',
  method: 'GET',
  path: '/api/print-images',
  access: 'printTemplate.view',
  summary: '模板可用的图片，以及现用的公章',
  tag,
  query: z.object({ communityId: id.optional() }),
  reply: z.object({ images: z.array(printImageView), seal: printImageView.nullable() }),
});

/** As a picture of the page: who may see the template may see what is on it. */
export const readPrintImage = defineEndpoint({
  id: 'printImage.read',
  method: 'GET',
  path: '/api/print-images/:id',
  access: 'printTemplate.view',
  summary: '模板或公章的图片',
  tag,
  transport: 'download',
  params: idParams,
  reply: z.unknown(),
});

/** What is to be printed: chosen documents, or all that a list's filter shows. */
const selection = {
  type: printType,
  ids: z.array(id).max(1000, '一次最多勾选 1000 份').default([]),
  /** The filter of the type's list, when no ids are given. */
  filter: z.record(z.string().max(40), z.string().max(200)).optional(),
  templateRef: templateRef.optional(),
  /** Of notices: the day late fees are worked out to; today unless given. */
  asOf: day.optional(),
};

const printed = z.object({
  content: printTemplateContent,
  templateName: z.string(),
  documents: z.array(printDocument),
});
export type PrintedReply = z.infer<typeof printed>;

const onePaper = {
  type: printType,
  id,
  templateRef: templateRef.optional(),
  asOf: day.optional(),
  /** Of receipts: every bill on a paper of its own. */
  split: z.literal('bill').optional(),
};

/** Documents with the template they would be printed by; nothing is counted. Besides seeing templates, each type asks for the right of its own. */
export const previewPrint = defineEndpoint({
  id: 'print.preview',
  method: 'POST',
  path: '/api/print/preview',
  access: 'printTemplate.view',
  summary: '取单据和模板用于预览，不计打印次数',
  tag,
  body: z.strictObject(onePaper),
  reply: printed,
});

/** For the browser's own print dialog: counts the print. */
export const startPrint = defineEndpoint({
  id: 'print.start',
  method: 'POST',
  path: '/api/print',
  access: 'printTemplate.view',
  summary: '打印一份单据：计入打印次数，第二次起为补打',
  tag,
  body: z.strictObject(onePaper),
  reply: printed,
});

/** One document at once (`fileId`), several in the background (`taskId`). */
export const printPdf = defineEndpoint({
  id: 'print.pdf',
  method: 'POST',
  path: '/api/print/pdf',
  access: 'printTemplate.view',
  summary: '打印为一个 PDF：一份立即生成，多份在后台生成',
  tag,
  body: z.strictObject(selection),
  reply: z.object({ fileId: id.nullable(), taskId: id.nullable(), count: z.number() }),
});

export const findPrintDocuments = defineEndpoint({
  id: 'print.find',
  method: 'GET',
  path: '/api/print/documents',
  access: 'printTemplate.view',
  summary: '查找可预览的单据',
  tag,
  query: z.object({ type: printType, communityId: id.optional(), q: z.string().trim().max(60).default('') }),
  reply: z.object({ rows: z.array(z.object({ id, label: z.string() })) }),
});

const line = (most: number, what: string) => z.string().trim().max(most, `${what}最多 ${most} 个字`);

/** An exit slip filled in at the counter: it takes a number and is noted in the audit log; there is no register of it. */
export const printExitSlip = defineEndpoint({
  id: 'exitSlip.print',
  method: 'POST',
  path: '/api/print/exit-slips',
  access: 'exitSlip.print',
  summary: '填写并打印一张出门条，返回带编号的单据',
  tag,
  body: z.strictObject({
    houseId: id,
    personName: line(60, '携带人').min(1, '请填写携带人'),
    phone: line(30, '电话').default(''),
    plate: line(20, '车牌').default(''),
    exitOn: day,
    reason: line(100, '事由').default(''),
    note: line(200, '备注').default(''),
    items: z
      .array(
        z.strictObject({
          item: line(60, '物品').min(1, '请填写物品'),
          quantity: line(30, '数量').default(''),
          note: line(60, '备注').default(''),
        }),
      )
      .min(1, '请至少填写一件物品')
      .max(50, '一张出门条最多 50 件物品'),
    templateRef: templateRef.optional(),
  }),
  reply: printed.extend({ number: z.string() }),
});
