import { bankAccountResource } from '@anlin/contract';
import { ResourcePage } from '../../resource-ui/index.ts';

/** 公司账户: where withheld money goes to and where statements come from. */
export default function BankAccountScreen() {
  return (
    <ResourcePage
      definition={bankAccountResource}
      help="公司收款的银行账户：代扣的钱进到哪个账户、对账单是哪个账户的。"
      emptyHint="还没有公司账户。新增后可在“银行转账”中读取它的对账单"
    />
  );
}
