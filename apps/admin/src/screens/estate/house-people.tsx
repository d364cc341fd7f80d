import {
  houseRelations,
  type OccupancyView,
  occupancyRoles,
  parkingSpaceStatuses,
  parkingSpaceTypes,
} from '@anlin/contract';
import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Empty, Flex, Skeleton, Space, Tag, Typography } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';
import { MoveInDialog } from '../residents/move-in-dialog.tsx';
import { MoveOutButton } from '../residents/move-out-button.tsx';
import { RevealText } from '../residents/reveal-text.tsx';

/** The tab of a house's drawer with everyone and everything tied to it. */
export default function HousePeople({ houseId, houseLabel }: { houseId: string; houseLabel: string }) {
  const can = useCan();
  const [isMovingIn, setMovingIn] = useState(false);
  const { data, error } = useQuery({
    queryKey: ['house', 'relations', houseId],
    queryFn: ({ signal }) => call(houseRelations, { params: { id: houseId }, signal }),
  });
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!data) return <Skeleton active paragraph={{ rows: 6 }} />;
  return (
    <Flex vertical gap={16}>
      <Flex justify="space-between" align="center">
        <Typography.Title level={5}>住户</Typography.Title>
        {can('resident.edit') ? (
          <Button icon={<PlusOutlined />} onClick={() => setMovingIn(true)}>
            迁入
          </Button>
        ) : null}
      </Flex>
      {data.people.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="还没有住户，点“迁入”登记" />
      ) : (
        <Flex vertical gap={12}>
          {data.people.map((person) => (
            <Person key={person.id} person={person} />
          ))}
        </Flex>
      )}
      <Typography.Title level={5}>车位</Typography.Title>
      <Typography.Text>
        {data.parkingSpaces.length === 0
          ? '没有关联的车位'
          : data.parkingSpaces
              .map((one) => `${one.number}（${parkingSpaceTypes[one.type]}，${parkingSpaceStatuses[one.status]}）`)
              .join('、')}
      </Typography.Text>
      <Typography.Title level={5}>车辆</Typography.Title>
      <Typography.Text>
        {data.vehicles.length === 0
          ? '没有登记的车辆'
          : data.vehicles.map((one) => [one.plate, one.color, one.brand].filter(Boolean).join(' ')).join('、')}
      </Typography.Text>
      {isMovingIn ? (
        <MoveInDialog houseId={houseId} houseLabel={houseLabel} onClose={() => setMovingIn(false)} />
      ) : null}
    </Flex>
  );
}

function Person({ person }: { person: OccupancyView }) {
  const isGone = person.movedOutOn !== null;
  return (
    <Flex justify="space-between" align="center" gap={16}>
      <Space wrap>
        <Typography.Text strong={!isGone} type={isGone ? 'secondary' : undefined}>
          {person.name}
        </Typography.Text>
        <Tag variant="filled">{occupancyRoles[person.role]}</Tag>
        <RevealText residentId={person.residentId} masked={person.phone} />
        <Typography.Text type="secondary">
          {person.movedInOn} 迁入
          {isGone ? `，${person.movedOutOn} 迁出` : person.validUntil ? `，有效期至 ${person.validUntil}` : ''}
        </Typography.Text>
      </Space>
      {isGone ? null : <MoveOutButton stays={[person]} />}
    </Flex>
  );
}
