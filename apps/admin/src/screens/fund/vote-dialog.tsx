import { previewFundDraw, type ResourceRow, voteOnFundProject } from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Input, InputNumber, Modal } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { DayField } from '../estate/day-field.tsx';
import { todayText } from '../estate/today.ts';
import { fundKeys } from './fund-tabs.ts';

interface VoteForm {
  votedOn: string;
  partHeads: number;
  partArea: string;
  agreedHeads: number;
  agreedArea: string;
}

const areaRule = [{ required: true, pattern: /^\d{1,9}(\.\d{1,2})?$/, message: '请填写面积，最多两位小数' }];
const headRule = [{ required: true, message: '请填写人数' }];

/** How the owners voted, entered from the papers. */
export default function VoteDialog({ row, onClose }: { row: ResourceRow; onClose: () => void }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<VoteForm>();
  const { data } = useQuery({
    queryKey: ['fundProject', 'share', row.id],
    queryFn: () => call(previewFundDraw, { params: { id: row.id } }),
  });
  const vote = useMutation({
    mutationFn: (body: VoteForm) => call(voteOnFundProject, { params: { id: row.id }, body }),
    onSuccess: async ({ isPassed }) => {
      if (isPassed) message.success('表决通过，可以拨付');
      else message.warning('未达到法定比例，表决未通过');
      for (const key of fundKeys) await queries.invalidateQueries({ queryKey: [key] });
      onClose();
    },
  });
  return (
    <Modal
      open
      width={480}
      title={`“${String(row.name)}”的表决结果`}
      okText="保存"
      cancelText="取消"
      okButtonProps={{ loading: vote.isPending }}
      onOk={form.submit}
      onCancel={onClose}
    >
      <p className="muted">
        {data ? `全体 ${data.heads} 人、${data.area} 平方米。一人有几套的算一人，几人共有一套的也算一人。` : ''}
        参与的须达到人数和面积的三分之二，其中人数和面积都过半数同意。
      </p>
      <Form<VoteForm>
        form={form}
        layout="vertical"
        initialValues={{ votedOn: todayText() }}
        onFinish={(values) => vote.mutate(values)}
      >
        <Form.Item name="votedOn" label="表决日期" rules={[{ required: true, message: '请填写日期' }]}>
          <DayField />
        </Form.Item>
        <div style={{ display: 'grid', gridTemplateColumns: '1fr 1fr', columnGap: 16 }}>
          <Form.Item name="partHeads" label="参与人数" rules={headRule}>
            <InputNumber min={0} precision={0} style={{ width: '100%' }} />
          </Form.Item>
          <Form.Item name="partArea" label="参与面积（㎡）" rules={areaRule}>
            <Input className="figures" inputMode="decimal" />
          </Form.Item>
          <Form.Item name="agreedHeads" label="同意人数" rules={headRule}>
            <InputNumber min={0} precision={0} style={{ width: '100%' }} />
          </Form.Item>
          <Form.Item name="agreedArea" label="同意面积（㎡）" rules={areaRule}>
            <Input className="figures" inputMode="decimal" />
          </Form.Item>
        </div>
      </Form>
      {vote.error ? <Alert type="error" showIcon title={errorText(vote.error)} /> : null}
    </Modal>
  );
}
