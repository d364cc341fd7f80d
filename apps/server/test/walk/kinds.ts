import type { Endpoint } from '@anlin/contract';
import type pg from 'pg';
import { schemaName } from '../../src/platform/database/pool.ts';
import type { MarkedCompany } from './marked-company.ts';

/** An id of one row of a company, and whether only people of its community (or its one owner) may see the row. */
export interface KnownId {
  /** Table name. */
  kind: string;
  id: string;
  isNarrow: boolean;
}

/** Rows without a community that belong to one person or are seen through a community. */
const narrowWithoutCommunity = [
  'community',
  'resident',
  'task',
  'file',
  'message',
  'staff_preference',
  'import_batch',
  'import_failure',
  'import_effect',
  'import_row',
  'session',
  'resident_session',
  'resident_session_open_id',
  'wechat_visit',
  'resident_inbox',
  'resident_sign_in_code',
];

/** Tables whose names the key or the endpoint does not tell by itself: by endpoint and path, by key, by endpoint's first word. */
const kindByPlace: Readonly<Record<string, string>> = {
  'cashier.account include': 'house',
  'receipt.take bills.0.id': 'bill',
  'bankBatch.get id': 'withholding_batch',
  'bankBatch.cancel id': 'withholding_batch',
  'bankBatch.readResult id': 'withholding_batch',
  'bankBatch.book id': 'withholding_batch',
  'bankStatement.book id': 'bank_statement_line',
  'bankStatement.setAside id': 'bank_statement_line',
  'bankStatement.takeUp id': 'bank_statement_line',
  'receipt.amend methods.0.tenderId': 'receipt_tender',
  'bill.takeBackWaiver id': 'bill_reduction',
  'occupancy.moveIn id': 'house',
  'dunning.preview selection.ids.0': 'bill',
  'dunning.start selection.ids.0': 'bill',
  'dunningHousehold.get id': 'house',
  'meter.create parentId': 'meter',
  'meter.update parentId': 'meter',
  'meter.batchEdit changes.parentId': 'meter',
  'file.download company': 'company',
  'invoice.callback company': 'company',
  'officialAccount.verify company': 'company',
  'officialAccount.receive company': 'company',
  'payment.callback company': 'company',
  'payment.callback channel': 'payment_channel',
  'payment.start bills.0.id': 'bill',
  'payment.get id': 'payment_order',
  'payment.state id': 'payment_order',
  'payment.watch id': 'payment_order',
  'payment.query id': 'payment_order',
  'payment.close id': 'payment_order',
  'payment.handle id': 'payment_order',
  'payment.repeatRefund id': 'channel_refund',
  'paymentAgreement.end id': 'payment_agreement',
  'paymentAgreement.query id': 'payment_agreement',
  'deductionPlan.save id': 'community',
  'deductionPlan.save chargeItemIds.0': 'charge_item',
  'deduction.list agreementId': 'payment_agreement',
  'deduction.handle id': 'deduction',
  'household.askAgreement agreementId': 'payment_agreement',
  'household.endAgreement agreementId': 'payment_agreement',
  'household.signAgreement chargeItemIds.0': 'charge_item',
  'payment.replaceRefund id': 'channel_refund',
  'payment.replaceRefund paymentMethodId': 'payment_method',
  'payment.list channelId': 'payment_channel',
  'reconciliation.list channelId': 'payment_channel',
  'reconciliation.run channelId': 'payment_channel',
  'reconciliation.export channelId': 'payment_channel',
  'reconciliation.export reconciliationId': 'reconciliation',
  'reconciliationLine.list channelId': 'payment_channel',
  'reconciliationLine.list reconciliationId': 'reconciliation',
  'reconciliationLine.get id': 'reconciliation_line',
  'reconciliationLine.settle ids.0': 'reconciliation_line',
  'reconciliationLine.reopen id': 'reconciliation_line',
  'fund.page company': 'company',
  'fundProject.share id': 'fund_project',
  'fund.reverse id': 'fund_document',
  'invoice.callback seller': 'invoice_seller',
  'receiptInvoicing.get id': 'receipt',
  'approvalFlow.create levels.0.approvers.0.id': 'staff',
  'approvalFlow.update levels.0.approvers.0.id': 'staff',
  'prepaid.move id': 'prepaid_account',
  'prepaid.offsetTarget id': 'prepaid_account',
  'household.pay bills.0.id': 'bill',
  'household.pay topUp.targetId': 'house',
  'collection.get id': 'collection',
  'collection.assign id': 'collection',
  'collection.refund id': 'collection',
  'household.answerSubscriptions id': 'subscription_consent',
  'household.noteCollect orderId': 'payment_order',
  'household.payWithPrepaid bills.0.id': 'bill',
  'print.preview id': 'receipt',
  'print.start id': 'receipt',
  'print.pdf ids.0': 'receipt',
};
const kindByWord: Readonly<Record<string, string>> = {
  bankLayout: 'bank_template',
  add: 'tag',
  remove: 'tag',
  target: 'house',
  parent: 'department',
  before: 'department',
  manager: 'staff',
  logoFile: 'file',
  photoFile: 'file',
  leavingOccupancy: 'occupancy',
  onlyCommunity: 'community',
  price: 'charge_standard_price',
  placePrice: 'charge_standard_place_price',
  quantityField: 'custom_field',
  customerField: 'custom_field',
  cashierStaff: 'staff',
  tags: 'tag',
  attachments: 'file',
  photo: 'file',
  banners: 'file',
  documents: 'file',
  photos: 'file',
  pictures: 'file',
  logo: 'file',
  licencePictures: 'file',
  other: 'resident',
  inviterResident: 'resident',
  moveInRecord: 'occupancy',
  absentResident: 'move_in_application',
  chargeLedger: 'house',
  books: 'book_closing',
  follower: 'official_follower',
  subscriber: 'channel_address',
  handedToStaff: 'staff',
  staffRights: 'staff',
  departmentRights: 'department',
  furtherHouse: 'house',
  numberPattern: 'community',
  discountLimit: 'permission_group',
  mapping: 'import_mapping',
};

/** Lists that show some rows of a table: the first of their own. */
const viewKinds: Readonly<Record<string, string>> = { move_out_record: 'move_out_log', collection: 'collection_list' };

interface TenantTable {
  name: string;
  hasCommunity: boolean;
}

async function tenantTables(pool: pg.Pool): Promise<TenantTable[]> {
  const { rows } = await pool.query<{ name: string; hasCommunity: boolean; hasId: boolean }>(
    `select c.relname as name, bool_or(a.attname = 'community_id') as "hasCommunity", bool_or(a.attname = 'id') as "hasId"
     from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
     where n.nspname = $1 and c.relkind in ('r', 'p') and c.relname <> 'session' group by 1 having bool_or(a.attname = 'company_id') order by 1`,
    [schemaName],
  );
  return rows.filter((row) => row.hasId);
}

/**
 * One id of every kind of row the company has, its first community's where rows have one. The owner's connection of
 * the tests sees everything. Fails for a table the marked company has no row of.
 */
export async function idsOfEveryKind(pool: pg.Pool, { company }: MarkedCompany): Promise<KnownId[]> {
  const ids: KnownId[] = [{ kind: 'company', id: company.id, isNarrow: false }];
  for (const { name, hasCommunity } of await tenantTables(pool)) {
    const only = hasCommunity
      ? 'and (community_id = $2 or community_id is null) order by community_id nulls last,'
      : 'and $2::uuid is not null order by';
    const wanted = name === 'community' ? 'and id = $2 order by' : only;
    const { rows } = await pool.query<{ id: string; community?: string }>(
      `select id${hasCommunity ? ', community_id as community' : ''} from ${name} where company_id = $1 ${wanted} id limit 1`,
      [company.id, company.communityId],
    );
    const [row] = rows;
    if (!row) throw new Error(`table ${name} has no row in the marked company: add one in test/walk/marked-company.ts`);
    ids.push({ kind: name, id: row.id, isNarrow: row.community != null || narrowWithoutCommunity.includes(name) });
  }
  for (const [kind, view] of Object.entries(viewKinds)) {
    const { rows } = await pool.query<{ id: string }>(
      `select id from ${view} where company_id = $1 order by id limit 1`,
      [company.id],
    );
    ids.push({ kind, id: rows[0]!.id, isNarrow: true });
  }
  return ids;
}

/** Ids of the company's rows, for finding them in answers; with a community only what is not the whole company's. */
export async function everyIdOf(pool: pg.Pool, companyId: string, communityId?: string): Promise<Set<string>> {
  const all = new Set<string>();
  for (const { name, hasCommunity } of await tenantTables(pool)) {
    if (communityId && !hasCommunity && !narrowWithoutCommunity.includes(name)) continue;
    const place = name === 'community' ? 'id' : hasCommunity ? 'community_id' : 'null::uuid';
    const { rows } = await pool.query<{ id: string; place: string | null }>(
      `select id, ${place} as place from ${name} where company_id = $1`,
      [companyId],
    );
    for (const row of rows) if (!communityId || row.place === null || row.place === communityId) all.add(row.id);
  }
  return all;
}

/** A fingerprint of all that a company has, table by table. */
export async function fingerprintOf(
  pool: pg.Pool,
  companyId: string,
  except: readonly string[] = [],
): Promise<Record<string, string>> {
  const prints: Record<string, string> = {};
  for (const { name } of await tenantTables(pool)) {
    if (except.includes(name)) continue;
    const { rows } = await pool.query<{ print: string }>(
      `select count(*) || ' ' || md5(coalesce(string_agg(t::text, '' order by t::text), '')) as print from ${name} t where company_id = $1`,
      [companyId],
    );
    prints[name] = rows[0]!.print;
  }
  return prints;
}

/** The table an id at this place of a request names: by the table above, the key (`houseId`) or the endpoint (`house.get`). */
export function kindAt(endpoint: Endpoint, path: readonly string[]): string {
  const listed = kindByPlace[`${endpoint.id} ${path.join('.')}`];
  if (listed) return listed;
  const key = path.findLast((part) => !/^\d+$/.test(part)) ?? 'id';
  const isPlainId = /^ids?$/.test(key);
  if (isPlainId && endpoint.id.includes('.importMapping.')) return 'import_mapping';
  if (isPlainId && (endpoint.id.includes('.import.') || endpoint.id === 'import.undo')) return 'import_batch';
  const word = isPlainId ? (endpoint.id.split('.')[0] ?? '') : key.replace(/Ids?$/, '');
  return kindByWord[word] ?? word.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
