import { chargeItemResource, type Field } from '@anlin/contract';
import { Alert, Space, Tag, Tooltip } from 'antd';
import { controlOf, ResourcePage } from '../../resource-ui/index.ts';
import { ItemCommunities } from './item-communities.tsx';
import { lateFeeRateWarning } from './late-fee-rate.ts';

export default function ChargeItemScreen() {
  return (
    <ResourcePage
      definition={chargeItemResource}
      help="收哪些费：物业费、水费、停车费等。怎样计价，在收费标准里设置。"
      emptyHint="还没有收费项目。先新增一项，如“物业管理费”，再为它设置收费标准"
      controls={{ lateFeeRatePerDay: (field) => <LateFeeRateInput field={field} /> }}
      detail={[{ key: 'communities', label: '适用小区', render: (row) => <ItemCommunities itemId={row.id} /> }]}
      columns={{ lateFeeRatePerDay: { render: (row) => <LateFeeRate rate={row.lateFeeRatePerDay} /> } }}
    />
  );
}

/** The usual input of the rate, with a warning under it while the rate is unusually high. */
function LateFeeRateInput({
  field,
  ...input
}: {
  field: Field;
  value?: string | null;
  onChange?: (value: unknown) => void;
}) {
  const Control = controlOf(field).FormItem;
  const warning = lateFeeRateWarning(input.value);
  return (
    <>
      <Control field={field} communityId={undefined} {...input} />
      {warning === '' ? null : <Alert type="warning" showIcon title={warning} style={{ marginTop: 8 }} />}
    </>
  );
}

function LateFeeRate({ rate }: { rate: unknown }) {
  if (typeof rate !== 'string') return '—';
  const warning = lateFeeRateWarning(rate);
  return (
    <Space size={6}>
      <span className="figures">{rate.replace(/\.?0+$/, '')}</span>
      {warning === '' ? null : (
        <Tooltip title={warning}>
          <Tag color="warning">偏高</Tag>
        </Tooltip>
      )}
    </Space>
  );
}
