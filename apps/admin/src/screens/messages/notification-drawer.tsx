import {
  channelLabels,
  type NotificationView,
  residentChannels,
  residentWays,
  type Subscriber,
  saveNotification,
  staffChannels,
} from '@anlin/contract';
import { PlusOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Drawer, Radio, Select } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { useSession } from '../../session/session-context.ts';
import styles from './messages.module.css';

interface NotificationDrawerProps {
  notification: NotificationView;
  staff: readonly { id: string; name: string; position: string }[];
  groups: readonly { id: string; name: string }[];
  departments: readonly { id: string; name: string }[];
  onClose: () => void;
}

const options = <C extends keyof typeof channelLabels>(channels: readonly C[]) =>
  channels.map((channel) => ({ value: channel, label: channelLabels[channel] }));
const fresh: Subscriber = {
  staffId: null,
  permissionGroupId: null,
  departmentId: null,
  channels: ['inApp'],
  isEverywhere: true,
  scopes: [],
};

/** One event: the channels for those concerned, for residents, and whoever else wants to know, where. */
export function NotificationDrawer({ notification, staff, groups, departments, onClose }: NotificationDrawerProps) {
  const { message } = App.useApp();
  const { permissions } = useSession();
  const queries = useQueryClient();
  const [personal, setPersonal] = useState(notification.personalChannels);
  const [residents, setResidents] = useState(notification.residentChannels);
  const [residentWay, setResidentWay] = useState(notification.residentWay);
  const [subscribers, setSubscribers] = useState(
    notification.subscribers.map((one, index) => ({ ...one, key: index })),
  );
  const mayEdit = permissions.includes('notification.edit');
  const save = useMutation({
    mutationFn: () =>
      call(saveNotification, {
        params: { kind: notification.kind },
        body: {
          personalChannels: personal,
          residentChannels: residents,
          residentWay,
          subscribers: subscribers.map(({ key: _, ...one }) => one),
          version: notification.version,
        },
      }),
    onSuccess: () => {
      message.success('已保存');
      onClose();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['notifications'] }),
  });
  const change = (key: number, patch: Partial<Subscriber>) =>
    setSubscribers(subscribers.map((one) => (one.key === key ? { ...one, ...patch } : one)));
  return (
    <Drawer
      open
      title={`${notification.name} · 通知设置`}
      size={640}
      onClose={onClose}
      extra={
        mayEdit ? (
          <Button type="primary" loading={save.isPending} onClick={() => save.mutate()}>
            保存
          </Button>
        ) : null
      }
    >
      <p className="muted">{notification.help}。</p>
      {save.error ? <Alert type="error" showIcon role="alert" title={errorText(save.error)} /> : null}
      {notification.personalLabel ? (
        <>
          <h3 className={styles.group}>告诉{notification.personalLabel}</h3>
          <Checkbox.Group
            disabled={!mayEdit}
            options={options(staffChannels)}
            value={personal}
            onChange={setPersonal}
          />
        </>
      ) : null}
      {notification.residentLabel ? (
        <>
          <h3 className={styles.group}>告诉住户（{notification.residentLabel}）</h3>
          <ResidentChoice
            channels={residents}
            way={residentWay}
            isReadOnly={!mayEdit}
            onChannels={setResidents}
            onWay={setResidentWay}
          />
        </>
      ) : null}
      <h3 className={styles.group}>还告诉</h3>
      {subscribers.map((one) => (
        <SubscriberRow
          key={one.key}
          subscriber={one}
          staff={staff}
          groups={groups}
          departments={departments}
          hasPlace={notification.hasPlace}
          isReadOnly={!mayEdit}
          onChange={(patch) => change(one.key, patch)}
          onRemove={() => setSubscribers(subscribers.filter((other) => other.key !== one.key))}
        />
      ))}
      {mayEdit ? (
        <Button
          icon={<PlusOutlined />}
          onClick={() =>
            setSubscribers([...subscribers, { ...fresh, key: Math.max(-1, ...subscribers.map(({ key }) => key)) + 1 }])
          }
        >
          添加接收人
        </Button>
      ) : null}
    </Drawer>
  );
}

interface ResidentChoiceProps {
  channels: NotificationView['residentChannels'];
  way: NotificationView['residentWay'];
  isReadOnly: boolean;
  onChannels: (channels: NotificationView['residentChannels']) => void;
  onWay: (way: NotificationView['residentWay']) => void;
}

/** By all of the channels, or in the order in which they were chosen by the first that takes it. */
function ResidentChoice({ channels, way, isReadOnly, onChannels, onWay }: ResidentChoiceProps) {
  const isInTurn = way === 'first';
  return (
    <>
      <Radio.Group
        aria-label="发给住户的方式"
        style={{ marginBottom: 8 }}
        disabled={isReadOnly}
        value={way}
        options={Object.entries(residentWays).map(([value, label]) => ({ value, label }))}
        onChange={(event) => onWay(event.target.value)}
      />
      {isInTurn ? (
        <Select
          mode="multiple"
          aria-label="发给住户的渠道，按先后"
          style={{ width: '100%' }}
          disabled={isReadOnly}
          placeholder="先选的先试，如小程序、公众号、短信"
          value={channels}
          options={options(residentChannels)}
          onChange={onChannels}
        />
      ) : (
        <Checkbox.Group
          disabled={isReadOnly}
          options={options(residentChannels)}
          value={channels}
          onChange={onChannels}
        />
      )}
      <p className="muted">
        {isInTurn
          ? '先选的先试：小程序没有订阅、公众号没有关注或对方拒收时，改走下一种。'
          : '小程序只发给还有订阅次数的住户。'}
      </p>
    </>
  );
}

interface SubscriberRowProps extends Pick<NotificationDrawerProps, 'staff' | 'groups' | 'departments'> {
  subscriber: Subscriber;
  hasPlace: boolean;
  isReadOnly: boolean;
  onChange: (patch: Partial<Subscriber>) => void;
  onRemove: () => void;
}

/** A person or everybody of a post or department, the channels, and the communities (接收范围). */
function SubscriberRow(props: SubscriberRowProps) {
  const { subscriber, hasPlace, isReadOnly, onChange, onRemove } = props;
  const { communities } = useSession();
  const chooseCommunities = (ids: string[]) =>
    onChange({
      isEverywhere: ids.length === 0,
      scopes: ids.map(
        (communityId) =>
          subscriber.scopes.find((scope) => scope.communityId === communityId) ?? { communityId, buildingId: null },
      ),
    });
  return (
    <div className={styles.subscriber}>
      <div className={styles.line}>
        <RecipientSelect {...props} />
        {hasPlace ? (
          <Select
            mode="multiple"
            aria-label="接收范围"
            style={{ flex: 1, minWidth: 200 }}
            disabled={isReadOnly}
            placeholder="全部小区"
            maxTagCount="responsive"
            value={subscriber.isEverywhere ? [] : subscriber.scopes.map((scope) => scope.communityId)}
            options={communities.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={chooseCommunities}
          />
        ) : null}
      </div>
      <div className={styles.line}>
        <Checkbox.Group
          disabled={isReadOnly}
          options={options(staffChannels)}
          value={subscriber.channels}
          onChange={(channels) => onChange({ channels })}
        />
        {isReadOnly ? null : (
          <Button type="text" danger size="small" onClick={onRemove}>
            移除
          </Button>
        )}
      </div>
    </div>
  );
}

const kinds = ['permissionGroupId', 'departmentId', 'staffId'] as const;

/** One post, department or person. */
function RecipientSelect({ subscriber, staff, groups, departments, isReadOnly, onChange }: SubscriberRowProps) {
  const chosen = kinds.find((kind) => subscriber[kind] !== null);
  const choose = (value: string) => {
    const [kind, id = null] = value.split(' ');
    onChange(Object.fromEntries(kinds.map((one) => [one, one === kind ? id : null])));
  };
  const optionsOf = (kind: (typeof kinds)[number], ones: readonly { id: string; name: string }[]) =>
    ones.map(({ id, name }) => ({ value: `${kind} ${id}`, label: name }));
  const people = staff.map(({ id, name, position }) => ({
    id,
    name: position === '' ? name : `${name}（${position}）`,
  }));
  return (
    <Select
      aria-label="接收人"
      style={{ width: 240 }}
      disabled={isReadOnly}
      placeholder="选择岗位、部门或员工"
      showSearch={{ optionFilterProp: 'label' }}
      value={chosen ? `${chosen} ${subscriber[chosen]}` : null}
      options={[
        { label: '岗位', options: optionsOf('permissionGroupId', groups) },
        ...(departments.length > 0 ? [{ label: '部门', options: optionsOf('departmentId', departments) }] : []),
        { label: '员工', options: optionsOf('staffId', people) },
      ]}
      onChange={choose}
    />
  );
}
