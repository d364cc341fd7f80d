import type { contactCategories } from '@anlin/contract';
import type { Context } from '../platform/context.ts';
import { nowText } from '../platform/context.ts';
import { insertRows } from './insert-rows.ts';

interface DemoContact {
  name: string;
  organisation: string;
  category: keyof typeof contactCategories;
  phone: string;
  note: string;
}

const contacts: readonly DemoContact[] = [
  {
    name: '李社区',
    organisation: '锦华街道锦澜社区居委会',
    category: 'government',
    phone: '028-85550101',
    note: '社区网格员',
  },
  { name: '王警官', organisation: '锦华路派出所', category: 'police', phone: '028-85550110', note: '片区民警' },
  {
    name: '电梯值班室',
    organisation: '迅达通电梯维保有限公司',
    category: 'contractor',
    phone: '028-85550119',
    note: '24 小时，困人 30 分钟内到场',
  },
  { name: '供水抢修', organisation: '市自来水公司', category: 'utility', phone: '028-85550188', note: '' },
  {
    name: '周主任',
    organisation: '锦澜府业主委员会',
    category: 'ownersCommittee',
    phone: '028-85550166',
    note: '每月第一个周六例会',
  },
];

/** The people outside whom the office calls; all made up. */
export async function writeContacts(ctx: Context): Promise<void> {
  const at = nowText(ctx);
  await insertRows(
    ctx.tx,
    ctx.companyId,
    'external_contact',
    {
      id: ['uuid', () => ctx.newId()],
      name: ['text', (row) => row.name],
      organisation: ['text', (row) => row.organisation],
      category: ['text', (row) => row.category],
      phone: ['text', (row) => row.phone],
      note: ['text', (row) => row.note],
      created_at: ['timestamptz', () => at],
      updated_at: ['timestamptz', () => at],
    },
    contacts,
  );
}
