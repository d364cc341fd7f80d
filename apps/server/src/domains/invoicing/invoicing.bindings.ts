import {
  buildingResource,
  communityResource,
  houseResource,
  invoiceResource,
  invoiceTitleResource,
  invoicingFail,
  isTaxNumber,
  receiptInvoicingResource,
  residentResource,
} from '@anlin/contract';
import { sql } from '../../platform/database/sql.ts';
import { defineResources, likeText, type ResourceBinding, type Values } from '../../resource/index.ts';

const targets = defineResources(
  [
    invoiceResource,
    invoiceTitleResource,
    receiptInvoicingResource,
    buildingResource,
    communityResource,
    houseResource,
    residentResource,
  ],
  { invoice: '发票' },
);

/** Errors: invoice.companyNeedsTaxNumber, invoice.taxNumber. */
function checkTitle({ kind, taxNumber }: Values): void {
  const text = String(taxNumber ?? '');
  if (kind === 'company' && text === '') throw invoicingFail('invoice.companyNeedsTaxNumber');
  if (text !== '' && !isTaxNumber(text))
    throw invoicingFail('invoice.taxNumber', { taxNumber: text }, [
      { path: 'taxNumber', message: '统一社会信用代码的校验码不对' },
    ]);
}

const invoiceTitleBinding: ResourceBinding = {
  definition: invoiceTitleResource,
  targets,
  async prepare(_, { values }) {
    checkTitle(values);
    return {};
  },
};

const invoiceBinding: ResourceBinding = {
  definition: invoiceResource,
  targets,
  search: (_, q) =>
    sql`(t.number = ${q} or t.buyer_name ilike ${likeOf(q)} or t.target_label ilike ${likeOf(q)} or t.receipt_numbers ilike ${likeOf(q)})`,
};

const receiptInvoicingBinding: ResourceBinding = {
  definition: receiptInvoicingResource,
  targets,
  searchedIn: 'receipt_invoicing_sums',
  search: (_, q) => sql`(t.number = ${q} or t.payer_name ilike ${likeOf(q)} or t.target_label ilike ${likeOf(q)})`,
};

const likeOf = (q: string) => `%${likeText(q)}%`;

export const invoicingBindings: readonly ResourceBinding[] = [
  invoiceBinding,
  invoiceTitleBinding,
  receiptInvoicingBinding,
];
