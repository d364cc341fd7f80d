import { bookWithholding, readWithholdingResult, type WithholdingBatchView } from '@anlin/contract';
import { UploadOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Alert, App, Button, DatePicker, Form, Modal, Upload } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { call, errorText, uploadFile } from '../../api/api.ts';
import { groupThousands, useNoticeTask } from '../../resource-ui/index.ts';

/** Reads the bank's answer, or goes on with a booking that stopped. */
export function ResultDialog({
  batch,
  isAgain,
  onClose,
}: {
  batch: WithholdingBatchView;
  isAgain: boolean;
  onClose: (isDone: boolean) => void;
}) {
  const { message } = App.useApp();
  const noticeTask = useNoticeTask();
  const [file, setFile] = useState<File>();
  const [day, setDay] = useState<Dayjs>(dayjs(batch.receivedOn ?? undefined));
  const receivedOn = day.format('YYYY-MM-DD');
  const read = useMutation({
    mutationFn: async () => {
      if (isAgain) {
        await call(bookWithholding, { params: { id: batch.id }, body: { receivedOn } });
        return '已继续入账';
      }
      if (!file) throw new Error('a file is needed');
      const { id: fileId } = await uploadFile(file);
      const answer = await call(readWithholdingResult, { params: { id: batch.id }, body: { fileId, receivedOn } });
      const words = `成功 ${answer.paidCount} 户 ${groupThousands(answer.paidTotal)} 元，失败 ${answer.failedCount} 户`;
      return answer.isRepeated ? `这份结果已读过，没有重复入账：${words}` : words;
    },
    onSuccess: (words) => {
      noticeTask();
      message.success(words);
      onClose(true);
    },
  });
  return (
    <Modal
      open
      title={isAgain ? '继续入账' : '读取银行的结果文件'}
      okText={isAgain ? '继续入账' : '核对并入账'}
      cancelText="取消"
      okButtonProps={{ disabled: !isAgain && !file, loading: read.isPending }}
      onOk={() => read.mutate()}
      onCancel={() => onClose(false)}
    >
      <p>
        整份文件与批次 {batch.number}{' '}
        逐户核对，有一处不符就整份不处理。成功的每户开一张收据；失败的留下原因，进入下一批。
      </p>
      <Form layout="vertical">
        {isAgain ? null : (
          <Form.Item label="结果文件">
            <Upload
              maxCount={1}
              beforeUpload={(chosen) => {
                setFile(chosen);
                read.reset();
                return false;
              }}
              onRemove={() => setFile(undefined)}
            >
              <Button icon={<UploadOutlined />}>选择文件</Button>
            </Upload>
          </Form.Item>
        )}
        <Form.Item label="到账日期（收据的日期）">
          <DatePicker
            aria-label="到账日期"
            allowClear={false}
            value={day}
            minDate={dayjs(batch.madeOn)}
            maxDate={dayjs()}
            onChange={(next) => next && setDay(next)}
          />
        </Form.Item>
      </Form>
      {read.error ? <Alert type="error" showIcon title={errorText(read.error)} /> : null}
    </Modal>
  );
}
