import { type BackupSettings, saveBackupSettings } from '@anlin/contract';
import { useMutation } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Flex, Form, Input, InputNumber, Switch } from 'antd';
import { call, errorText } from '../../api/api.ts';

interface BackupSettingsDrawerProps {
  settings: BackupSettings;
  /** Where archives go while no folder is set; shown as a hint. */
  defaultFolder: string;
  onClose: () => void;
  onSaved: () => void;
}

/** When, how many, where, and whether any moment can be gone back to. */
export function BackupSettingsDrawer({ settings, defaultFolder, onClose, onSaved }: BackupSettingsDrawerProps) {
  const { message } = App.useApp();
  const [form] = Form.useForm<BackupSettings>();
  const isOn = Form.useWatch('isOn', form) ?? settings.isOn;
  const save = useMutation({
    mutationFn: (body: BackupSettings) => call(saveBackupSettings, { body }),
    onSuccess: () => {
      message.success('备份设置已保存');
      onSaved();
      onClose();
    },
  });
  return (
    <Drawer
      open
      title="备份设置"
      size={480}
      onClose={onClose}
      extra={
        <Button type="primary" loading={save.isPending} onClick={() => form.submit()}>
          保存
        </Button>
      }
    >
      {save.error ? (
        <Alert type="error" showIcon title={errorText(save.error)} role="alert" style={{ marginBottom: 16 }} />
      ) : null}
      <Form<BackupSettings>
        form={form}
        layout="vertical"
        initialValues={settings}
        onFinish={(values) => save.mutate(values)}
      >
        <Form.Item name="isOn" label="每天自动备份" valuePropName="checked">
          <Switch aria-label="每天自动备份" />
        </Form.Item>
        <Form.Item
          name="atTime"
          label="几点备份（北京时间）"
          extra="选夜里人少的时候；备份期间照常使用"
          rules={[{ pattern: /^([01]\d|2[0-3]):[0-5]\d$/, required: true, message: '时间应写成 03:00 的样子' }]}
        >
          <Input maxLength={5} style={{ width: 120 }} />
        </Form.Item>
        <Flex gap={16}>
          <Form.Item name="keepDaily" label="保留最近几天" extra="每天最新的一份">
            <InputNumber min={1} max={60} precision={0} style={{ width: 120 }} />
          </Form.Item>
          <Form.Item name="keepWeekly" label="另外保留最近几周" extra="每周最新的一份">
            <InputNumber min={0} max={52} precision={0} style={{ width: 120 }} />
          </Form.Item>
        </Flex>
        <Form.Item
          name="folder"
          label="服务器上的文件夹"
          extra="最好是另一块磁盘或网络盘，磁盘坏了备份还在。上级文件夹须已存在"
          rules={[{ max: 300, message: '文件夹路径太长' }]}
        >
          <Input placeholder={defaultFolder === '' ? '不填：数据目录里的 backups' : `不填：${defaultFolder}`} />
        </Form.Item>
        <Form.Item
          name="isContinuous"
          label="保留日志，可恢复到任意时刻"
          valuePropName="checked"
          extra={
            isOn
              ? '每 5 分钟把改动抄到备份文件夹，误操作后可回到那之前；另占一些空间，随旧备份一起清理'
              : '须先打开每天自动备份'
          }
        >
          <Switch aria-label="保留日志" disabled={!isOn} />
        </Form.Item>
      </Form>
    </Drawer>
  );
}
