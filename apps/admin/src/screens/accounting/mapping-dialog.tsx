import {
  type AccountMapping,
  type Auxiliary,
  accountsByItem,
  accountsByMethod,
  accountsByTarget,
  accountsWithTax,
  auxiliaries,
  type EndpointReply,
  type listAccountMappings,
  type MappedAccount,
  mappedAccounts,
  mappingDetails,
  saveAccountMapping,
} from '@anlin/contract';
import { useMutation } from '@tanstack/react-query';
import { Alert, Checkbox, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';

interface MappingDialogProps {
  /** The mapping to change; without one, a finer one is added. */
  row: AccountMapping | undefined;
  choices: EndpointReply<typeof listAccountMappings>;
  onClose: (isDone: boolean) => void;
}

type Draft = Pick<
  AccountMapping,
  'account' | 'chargeItemId' | 'paymentMethodId' | 'taxRate' | 'code' | 'name' | 'hasTax' | 'auxiliaries' | 'detail'
>;

const nothing: Draft = {
  account: 'income',
  chargeItemId: null,
  paymentMethodId: null,
  taxRate: null,
  code: '',
  name: '',
  hasTax: true,
  auxiliaries: [],
  detail: 'sum',
};

const finer: readonly MappedAccount[] = [...accountsByItem, ...accountsByMethod, 'outputTax'];
const rates = [13, 9, 6, 5, 3, 1];

/** Sets one account of the company's books for one of ours, in general or for an item, a way of paying or a tax rate. */
export function MappingDialog({ row, choices, onClose }: MappingDialogProps) {
  const [draft, setDraft] = useState<Draft>(() => (row ? pick(row) : nothing));
  const patch = (more: Partial<Draft>) => setDraft((old) => ({ ...old, ...more }));
  const save = useMutation({
    mutationFn: () => call(saveAccountMapping, { body: draft }),
    onSuccess: () => onClose(true),
  });
  const isFiner = draft.chargeItemId !== null || draft.paymentMethodId !== null || draft.taxRate !== null;
  return (
    <Modal
      open
      title={row ? `${mappedAccounts[row.account]} ${row.forName}` : '按项目、支付方式或税率细分'}
      okText="保存"
      okButtonProps={{ loading: save.isPending, disabled: !row && !isFiner }}
      onOk={() => save.mutate()}
      onCancel={() => onClose(false)}
    >
      <Form layout="vertical">
        {row ? null : (
          <>
            <Form.Item label="系统科目">
              <Select
                aria-label="系统科目"
                value={draft.account}
                options={finer.map((value) => ({ value, label: mappedAccounts[value] }))}
                onChange={(account) => setDraft({ ...nothing, account, hasTax: accountsWithTax.includes(account) })}
              />
            </Form.Item>
            <FinerBy draft={draft} choices={choices} patch={patch} />
          </>
        )}
        <Form.Item label="科目编码">
          <Input
            aria-label="科目编码"
            value={draft.code}
            maxLength={40}
            placeholder="与财务软件一致，如 6001.01"
            onChange={(event) => patch({ code: event.target.value })}
          />
        </Form.Item>
        <Form.Item label="科目名称">
          <Input
            aria-label="科目名称"
            value={draft.name}
            maxLength={80}
            onChange={(event) => patch({ name: event.target.value })}
          />
        </Form.Item>
        <Form.Item label="辅助核算" help="代码在本页下方按小区填写">
          <Checkbox.Group<Auxiliary>
            value={draft.auxiliaries}
            options={Object.entries(auxiliaries).map(([value, label]) => ({ value: value as Auxiliary, label }))}
            onChange={(chosen) => patch({ auxiliaries: chosen })}
          />
        </Form.Item>
        {accountsByItem.includes(draft.account) ? (
          <Form.Item
            label="凭证分行"
            help={draft.detail === 'target' ? '勾选“客户”的，客户是各户；车位、车辆归到所属房屋' : undefined}
          >
            <Select
              aria-label="凭证分行"
              value={draft.detail}
              options={Object.entries(mappingDetails)
                .filter(([value]) => value !== 'target' || accountsByTarget.includes(draft.account))
                .map(([value, label]) => ({ value: value as AccountMapping['detail'], label }))}
              onChange={(detail) => patch({ detail })}
            />
          </Form.Item>
        ) : null}
        {accountsWithTax.includes(draft.account) ? (
          <Checkbox checked={draft.hasTax} onChange={(event) => patch({ hasTax: event.target.checked })}>
            金额含税，按收费项目的税率分出销项税额
          </Checkbox>
        ) : null}
      </Form>
      {save.error ? <Alert style={{ marginTop: 12 }} type="error" showIcon title={errorText(save.error)} /> : null}
    </Modal>
  );
}

function FinerBy({
  draft,
  choices,
  patch,
}: {
  draft: Draft;
  choices: MappingDialogProps['choices'];
  patch: (more: Partial<Draft>) => void;
}) {
  if (draft.account === 'outputTax')
    return (
      <Form.Item label="税率">
        <Select
          aria-label="税率"
          value={draft.taxRate}
          options={rates.map((value) => ({ value, label: `${value}%` }))}
          onChange={(taxRate) => patch({ taxRate })}
        />
      </Form.Item>
    );
  const isMoney = accountsByMethod.includes(draft.account);
  return (
    <Form.Item label={isMoney ? '支付方式' : '收费项目'}>
      <Select
        aria-label={isMoney ? '支付方式' : '收费项目'}
        showSearch={{ optionFilterProp: 'label' }}
        value={isMoney ? draft.paymentMethodId : draft.chargeItemId}
        options={(isMoney ? choices.methods : choices.items).map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(id) => patch(isMoney ? { paymentMethodId: id } : { chargeItemId: id })}
      />
    </Form.Item>
  );
}

function pick(row: AccountMapping): Draft {
  const { id: _, forName: __, ...draft } = row;
  return draft;
}
