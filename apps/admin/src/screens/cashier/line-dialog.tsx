import { type DeskAccount, listPackageOffers } from '@anlin/contract';
import { formatYuan, zeroFen } from '@anlin/money';
import { useQuery } from '@tanstack/react-query';
import { Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { call } from '../../api/api.ts';
import { readTyped } from './desk-money.ts';
import type { DeskLine } from './desk-plan.ts';

export const lineTitles: Readonly<Record<DeskLine['kind'], string>> = {
  topUp: '收预存',
  deposit: '收押金',
  income: '其他收入',
};

const general = 'general';

interface LineDialogProps {
  kind: DeskLine['kind'];
  items: DeskAccount['items'];
  communityId: string;
  /** Day of payment: packages are sold on their days only. */
  receivedOn: string;
  onClose: () => void;
  onAdd: (line: DeskLine) => void;
}

/** One line for the receipt to come that pays no bill: prepaid, a deposit, other income. */
export function LineDialog({ kind, items, communityId, receivedOn, onClose, onAdd }: LineDialogProps) {
  const query = { communityId, receivedOn };
  const { data: offers } = useQuery({
    queryKey: ['cashier', 'packages', query],
    queryFn: () => call(listPackageOffers, { query }),
    enabled: kind === 'topUp',
  });
  const [packageId, setPackageId] = useState<string>();
  const choices = [
    ...(kind === 'topUp' ? [{ value: general, label: '通用（可抵任何账单）' }] : []),
    ...items
      .filter((item) => (item.kind === 'deposit') === (kind === 'deposit'))
      .map(({ id, name }) => ({ value: id, label: kind === 'topUp' ? `只抵${name}` : name })),
  ];
  const [item, setItem] = useState(choices[0]?.value);
  const [amount, setAmount] = useState('');
  const [text, setText] = useState('');
  const sum = readTyped(amount);
  const isGood = item !== undefined && sum !== null && sum > zeroFen;
  const add = () => {
    if (!isGood) return;
    const label = choices.find(({ value }) => value === item)?.label ?? '';
    const sold = offers?.rows.find((one) => one.id === packageId);
    const name = kind === 'topUp' ? (item === general ? '通用预存' : `${label.slice(2)}预存`) : label;
    onAdd({
      kind,
      name: sold === undefined ? name : `${name}（${sold.name}）`,
      chargeItemId: item === general ? null : item,
      amount: formatYuan(sum),
      text: text.trim(),
      ...(sold === undefined ? {} : { packageId: sold.id }),
    });
  };
  /** A package says what is paid and into which account. */
  const choosePackage = (id: string | undefined) => {
    const chosen = offers?.rows.find((one) => one.id === id);
    setPackageId(chosen?.id);
    if (!chosen) return;
    setItem(chosen.chargeItemId ?? general);
    setAmount(chosen.price);
  };
  const isSold = packageId !== undefined;
  const textLabel = { topUp: '', deposit: '押金人', income: '说明' }[kind];
  return (
    <Modal
      open
      width={420}
      title={lineTitles[kind]}
      okText="加入收据"
      cancelText="取消"
      okButtonProps={{ disabled: !isGood }}
      onOk={add}
      onCancel={onClose}
    >
      <Form layout="vertical" onFinish={add}>
        {kind === 'topUp' && (offers?.rows.length ?? 0) > 0 ? (
          <Form.Item label="预存套餐">
            <Select
              aria-label="预存套餐"
              allowClear
              placeholder="可不选"
              value={packageId}
              onChange={choosePackage}
              options={offers?.rows.map((one) => ({
                value: one.id,
                label: `${one.name}：付 ${one.price} 得 ${one.credit}${one.chargeItemId === null ? '' : `，只抵${one.chargeItemName}`}`,
              }))}
            />
          </Form.Item>
        ) : null}
        <Form.Item
          label={kind === 'topUp' ? '用途' : '收费项目'}
          help={kind === 'deposit' && choices.length === 0 ? '没有押金类收费项目，请先在“收费项目”中新增' : undefined}
        >
          <Select
            aria-label={kind === 'topUp' ? '用途' : '收费项目'}
            showSearch={{ optionFilterProp: 'label' }}
            disabled={isSold}
            value={item}
            onChange={setItem}
            options={choices}
          />
        </Form.Item>
        <Form.Item
          label="金额"
          help={amount !== '' && !(sum !== null && sum > zeroFen) ? '应大于 0，最多两位小数' : undefined}
        >
          <Input
            data-first
            className="figures"
            aria-label="金额"
            inputMode="decimal"
            suffix="元"
            disabled={isSold}
            status={amount !== '' && sum === null ? 'error' : ''}
            value={amount}
            onChange={(event) => setAmount(event.target.value)}
          />
        </Form.Item>
        {textLabel === '' ? null : (
          <Form.Item label={textLabel}>
            <Input
              aria-label={textLabel}
              maxLength={60}
              placeholder="可不填"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </Form.Item>
        )}
        <button type="submit" hidden />
      </Form>
    </Modal>
  );
}
