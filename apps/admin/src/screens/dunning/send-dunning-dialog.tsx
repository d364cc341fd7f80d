import {
  type DunningChannel,
  type DunningForecast,
  type DunningSelection,
  dunningChannels,
  dunningReasons,
  previewDunning,
  startDunning,
} from '@anlin/contract';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { Alert, App, Checkbox, Descriptions, Modal, Skeleton } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, useNoticeTask } from '../../resource-ui/index.ts';

interface SendDunningDialogProps {
  selection: DunningSelection;
  onClose: (isStarted: boolean) => void;
}

const channelOptions = Object.entries(dunningChannels).map(([value, label]) => ({ value, label }));

/** Says before anything is sent how many households each channel reaches, and why it does not reach the others. */
export default function SendDunningDialog({ selection, onClose }: SendDunningDialogProps) {
  const { message } = App.useApp();
  const noticeTask = useNoticeTask();
  const [channels, setChannels] = useState<DunningChannel[]>(['wechat']);
  const preview = useQuery({
    queryKey: ['dunning', 'preview', selection, channels],
    queryFn: ({ signal }) => call(previewDunning, { body: { selection, channels }, signal }),
    enabled: channels.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const start = useMutation({
    mutationFn: () => call(startDunning, { body: { selection, channels } }),
    onSuccess({ households }) {
      message.success(`正在催缴 ${households} 户，结果见“催缴记录”`);
      noticeTask();
      onClose(true);
    },
  });
  const seen = preview.data;
  const sendCount = seen?.channels.reduce((sum, one) => sum + one.sendCount, 0) ?? 0;
  const error = preview.error ?? start.error;
  return (
    <Modal
      open
      title="发送催缴"
      width={640}
      okText={sendCount > 0 ? `发送 ${sendCount} 条` : '发送'}
      cancelText="取消"
      okButtonProps={{ disabled: sendCount === 0 || channels.length === 0 || preview.isFetching }}
      confirmLoading={start.isPending}
      onOk={() => start.mutate()}
      onCancel={() => onClose(false)}
    >
      <p>
        <Checkbox.Group
          aria-label="渠道"
          options={channelOptions}
          value={channels}
          onChange={(next) => setChannels(next as DunningChannel[])}
        />
      </p>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {channels.length === 0 ? <Alert type="info" showIcon title="请至少选一个渠道" /> : null}
      {seen === undefined && !error && channels.length > 0 ? <Skeleton active /> : null}
      {seen && channels.length > 0 ? (
        <>
          <p>
            共 <b className="figures">{seen.households}</b> 户、<b className="figures">{seen.billCount}</b> 笔，未收{' '}
            <b className="figures">{groupThousands(seen.outstanding)}</b> 元。每户一条，合计该户的欠费（另算违约金）。
          </p>
          {seen.channels.map((one) => (
            <Forecast key={one.channel} forecast={one} smsLeft={seen.smsLeft} />
          ))}
          {seen.hasLink ? null : (
            <Alert
              type="warning"
              showIcon
              title="消息里没有缴费链接：还没有填写住户访问地址（“设置与短信余量”）"
              style={{ marginTop: 8 }}
            />
          )}
        </>
      ) : null}
    </Modal>
  );
}

function Forecast({ forecast, smsLeft }: { forecast: DunningForecast; smsLeft: number | null }) {
  const { channel, sendCount, smsPieces, refused, examples } = forecast;
  const isSms = channel === 'sms';
  return (
    <Descriptions
      size="small"
      bordered
      column={1}
      style={{ marginBottom: 8 }}
      styles={{ label: { width: 90 } }}
      items={[
        {
          key: 'send',
          label: dunningChannels[channel],
          children: (
            <>
              发送 <b className="figures">{sendCount}</b> 户
              {isSms ? `，用 ${smsPieces} 条短信${smsLeft === null ? '' : `（余 ${smsLeft} 条）`}` : ''}
            </>
          ),
        },
        ...(refused.length > 0
          ? [
              {
                key: 'refused',
                label: '不发送',
                children: (
                  <>
                    {refused.map(({ reason, count }) => `${dunningReasons[reason]} ${count} 户`).join('；')}
                    {examples.map((text) => (
                      <div key={text} className="muted">
                        {text}
                      </div>
                    ))}
                  </>
                ),
              },
            ]
          : []),
      ]}
    />
  );
}
