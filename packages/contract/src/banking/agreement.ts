import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { created, day, id, idParams, ok } from '../wire.ts';

/** A number as it stands on a card or passbook; spaces and hyphens are taken out. */
export const accountNumber = z
  .string()
  .trim()
  .regex(/^\d(?:[ -]?\d){7,31}$/, '账号应为 8 至 32 位数字');

const fields = {
  bankTemplateId: id,
  accountName: z.string().trim().min(1, '请填写户名').max(60, '户名最多 60 个字'),
  startsOn: day,
  /** Null: for as long as nobody ends it. */
  lastDay: day.nullable(),
  note: z.string().trim().max(200, '备注最多 200 个字').default(''),
};
const shared = { tag: '银行代扣' } as const;

export const createBankAgreement = defineEndpoint({
  ...shared,
  id: 'bankAgreement.create',
  method: 'POST',
  path: '/api/bank-agreements',
  access: 'bankAgreement.edit',
  summary: '新增代扣协议；账号加密保存',
  body: z.strictObject({ ...fields, houseId: id, accountNumber }),
  reply: created,
});

export const updateBankAgreement = defineEndpoint({
  ...shared,
  id: 'bankAgreement.update',
  method: 'PATCH',
  path: '/api/bank-agreements/:id',
  access: 'bankAgreement.edit',
  summary: '修改代扣协议；不填账号则不变',
  params: idParams,
  body: z.strictObject({ ...fields, accountNumber: accountNumber.optional(), version: z.int() }),
  reply: ok,
});

export const deleteBankAgreement = defineEndpoint({
  ...shared,
  id: 'bankAgreement.delete',
  method: 'DELETE',
  path: '/api/bank-agreements/:id',
  access: 'bankAgreement.edit',
  summary: '删除没有代扣过的协议',
  params: idParams,
  reply: ok,
});
