import { invoiceTitleResource } from '@anlin/contract';
import { ResourcePage } from '../../resource-ui/index.ts';
import { HoldingTabs } from '../cashier/holding-tabs.tsx';
import { invoiceLists } from './invoice-tabs.ts';

/** 抬头簿: whom invoices are made out to, kept for the next time. */
export default function InvoiceTitleScreen() {
  return (
    <ResourcePage
      definition={invoiceTitleResource}
      tabs={<HoldingTabs label="发票列表" lists={invoiceLists} />}
      help="常用的开票抬头。关联房屋后，给这套房屋开票时直接可选。"
      emptyHint="还没有抬头。新增一个，或从表格导入"
      initialValues={{ kind: 'company' }}
    />
  );
}
