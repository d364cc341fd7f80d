import { type ResourceRow, resourceEndpoints, unitResource } from '@anlin/contract';
import { PlusOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Empty, Input, Skeleton, Space } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { useDeleteRows } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import styles from './building-units.module.css';

const endpoints = resourceEndpoints(unitResource);

/** Units of one building: their list, a new one, other names, away with one that is empty. */
export default function BuildingUnits({ building }: { building: ResourceRow }) {
  const can = useCan();
  const { rows, error } = useUnits(building.id);
  const [added, setAdded] = useState('');
  const save = useSaveUnit(() => setAdded(''));
  const remove = useDeleteRows(unitResource, () => {});
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!rows) return <Skeleton active />;
  const add = () =>
    save.mutate({
      row: undefined,
      body: {
        communityId: building.communityId,
        buildingId: building.id,
        name: added,
        sortOrder: Math.max(0, ...rows.map(({ sortOrder }) => Number(sortOrder))) + 1,
      },
    });
  return (
    <>
      {rows.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="没有单元。没有单元的楼，房屋直接属于楼宇" />
      ) : (
        <ul className={styles.list}>
          {rows.map((row) => (
            <Unit
              key={row.id}
              row={row}
              mayEdit={can('building.edit')}
              onRemove={can('building.delete') ? () => remove([row]) : undefined}
            />
          ))}
        </ul>
      )}
      {can('building.create') ? (
        <Space.Compact className={styles.add ?? ''}>
          <Input
            value={added}
            maxLength={40}
            placeholder="新单元的名称，如 3单元"
            aria-label="新单元的名称"
            onChange={({ target }) => setAdded(target.value)}
            onPressEnter={add}
          />
          <Button
            type="primary"
            icon={<PlusOutlined />}
            disabled={added.trim() === ''}
            loading={save.isPending}
            onClick={add}
          >
            新增单元
          </Button>
        </Space.Compact>
      ) : null}
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} /> : null}
    </>
  );
}

/** One unit; renaming happens in its place. Names of its houses follow. */
function Unit({ row, mayEdit, onRemove }: { row: ResourceRow; mayEdit: boolean; onRemove: (() => void) | undefined }) {
  const [name, setName] = useState<string>();
  const save = useSaveUnit(() => setName(undefined));
  const rename = () => save.mutate({ row, body: { version: row.version, name } });
  return (
    <li className={styles.row}>
      {name === undefined ? (
        <>
          <span className={styles.name}>{String(row.name)}</span>
          {mayEdit ? (
            <Button type="link" size="small" onClick={() => setName(String(row.name))}>
              改名
            </Button>
          ) : null}
          {onRemove ? (
            <Button type="link" size="small" danger onClick={onRemove}>
              删除
            </Button>
          ) : null}
        </>
      ) : (
        <>
          <Input
            autoFocus
            className={styles.name ?? ''}
            value={name}
            maxLength={40}
            aria-label={`${String(row.name)}的新名称`}
            onChange={({ target }) => setName(target.value)}
            onPressEnter={rename}
          />
          <Button size="small" type="primary" disabled={name.trim() === ''} loading={save.isPending} onClick={rename}>
            保存
          </Button>
          <Button size="small" onClick={() => setName(undefined)}>
            取消
          </Button>
        </>
      )}
      {save.error ? (
        <Alert className={styles.problem ?? ''} type="error" showIcon title={errorText(save.error)} />
      ) : null}
    </li>
  );
}

function useUnits(buildingId: string): { rows: ResourceRow[] | undefined; error: unknown } {
  const query = { filter: JSON.stringify({ buildingId: [buildingId] }), page: 1, pageSize: 500 };
  const { data, error } = useQuery({
    queryKey: [unitResource.name, 'list', query],
    queryFn: async ({ signal }) => (await call(endpoints.list, { query, signal })).rows as ResourceRow[],
  });
  return { rows: data, error };
}

/** Adds a unit, or changes `row`. Names of houses hold the unit's: their lists are read anew. */
function useSaveUnit(onSaved: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ row, body }: { row: ResourceRow | undefined; body: Record<string, unknown> }) => {
      if (row) await call(endpoints.update, { params: { id: row.id }, body });
      else await call(endpoints.create, { body });
    },
    async onSuccess() {
      onSaved();
      await queries.invalidateQueries();
    },
  });
}
