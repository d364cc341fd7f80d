import { listBankTemplates, makeWithholding, previewWithholding } from '@anlin/contract';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { Alert, DatePicker, Descriptions, Form, Input, Modal, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, ReferenceSelect, ReferencesSelect, useNoticeTask } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';

/** Chooses what to withhold, shows how much that is, and makes the file. */
export default function MakeBatchDialog({
  communityId,
  onClose,
}: {
  communityId: string;
  /** Id of the batch that was made. */
  onClose: (id?: string) => void;
}) {
  const noticeTask = useNoticeTask();
  const hasAccounts = useCan()('bankAccount.view');
  const [month, setMonth] = useState<Dayjs>(dayjs());
  const [bank, setBank] = useState<string>();
  const [items, setItems] = useState<string[]>([]);
  const [account, setAccount] = useState<string | null>(null);
  const [purpose, setPurpose] = useState('物业费');
  const banks = useQuery({ queryKey: ['bankTemplates'], queryFn: ({ signal }) => call(listBankTemplates, { signal }) });
  const enabled = banks.data?.rows.filter((row) => row.isEnabled) ?? [];
  const bankTemplateId = bank ?? enabled[0]?.id;
  const choice = { communityId, chargeItemIds: items, monthTo: month.format('YYYY-MM') };
  const preview = useQuery({
    queryKey: ['withholding', 'preview', bankTemplateId, choice],
    queryFn: ({ signal }) =>
      call(previewWithholding, { body: { ...choice, bankTemplateId: bankTemplateId ?? '' }, signal }),
    enabled: bankTemplateId !== undefined,
    placeholderData: keepPreviousData,
  });
  const make = useMutation({
    mutationFn: () =>
      call(makeWithholding, {
        body: { ...choice, bankTemplateId: bankTemplateId ?? '', bankAccountId: account, purpose },
      }),
    onSuccess: ({ id }) => {
      noticeTask();
      onClose(id);
    },
  });
  const found = preview.data;
  const error = banks.error ?? preview.error ?? make.error;
  return (
    <Modal
      open
      width={620}
      title="生成代扣文件"
      okText={found ? `生成（${found.houseCount} 户 ${groupThousands(found.total)} 元）` : '生成'}
      cancelText="取消"
      okButtonProps={{
        disabled: !found || found.houseCount === 0 || found.problems.length > 0 || preview.isPlaceholderData,
        loading: make.isPending,
      }}
      onOk={() => make.mutate()}
      onCancel={() => onClose()}
    >
      <Form layout="vertical">
        <Form.Item label="银行">
          <Select
            aria-label="银行"
            value={bankTemplateId ?? null}
            onChange={setBank}
            options={enabled.map(({ id, template }) => ({ value: id, label: template.name }))}
          />
        </Form.Item>
        <Form.Item label="收费项目（不选为全部）">
          <ReferencesSelect to="chargeItem" value={items} onChange={setItems} aria-label="收费项目" />
        </Form.Item>
        <Form.Item label="账期到">
          <DatePicker picker="month" allowClear={false} value={month} onChange={(next) => next && setMonth(next)} />
        </Form.Item>
        {hasAccounts ? (
          <Form.Item label="收款的公司账户（银行要求时选）">
            <ReferenceSelect to="bankAccount" value={account} onChange={setAccount} aria-label="公司账户" />
          </Form.Item>
        ) : null}
        <Form.Item label="用途">
          <Input
            aria-label="用途"
            maxLength={20}
            value={purpose}
            onChange={(event) => setPurpose(event.target.value)}
          />
        </Form.Item>
      </Form>
      {found ? (
        <Descriptions
          size="small"
          column={2}
          items={[
            { key: 'houses', label: '可扣', children: `${found.houseCount} 户（协议 ${found.agreementCount} 份）` },
            { key: 'bills', label: '账单', children: `${found.billCount} 张` },
            { key: 'sum', label: '本金', children: `${groupThousands(found.principal)} 元` },
            { key: 'late', label: '违约金', children: `${groupThousands(found.lateFee)} 元` },
            { key: 'retry', label: '上次失败再扣', children: `${found.retryCount} 户` },
            { key: 'elsewhere', label: '已在其他批次', children: `${found.elsewhereCount} 张` },
          ]}
        />
      ) : null}
      {found && found.problems.length > 0 ? (
        <Alert
          type="warning"
          showIcon
          title="有内容写不进这家银行的文件，请先修改协议"
          description={found.problems.join('；')}
        />
      ) : null}
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
    </Modal>
  );
}
