import { type StaffRightsView, setStaffScope } from '@anlin/contract';
import { Alert, Button, Radio, Space, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { useCan, useSession } from '../../session/session-context.ts';
import styles from './rights.module.css';
import { useSaveRights } from './save-rights.ts';
import { type ScopePlace, ScopeTree } from './scope-tree.tsx';

const levelNames = { community: '整个小区', building: '整栋', house: '单套' } as const;

/** All communities, or what is chosen in the tree: whole communities, whole buildings, single houses. */
export function StaffScopeForm({ person }: { person: StaffRightsView }) {
  const can = useCan();
  const session = useSession();
  const isEditable = can('staffRights.edit');
  const { scope } = person;
  const [isAll, setIsAll] = useState(scope.hasAllCommunities);
  const [places, setPlaces] = useState<readonly ScopePlace[]>([
    ...scope.communities.map((one) => ({ ...one, level: 'community' as const })),
    ...scope.buildings.map((one) => ({ ...one, level: 'building' as const })),
    ...scope.houses.map((one) => ({ ...one, level: 'house' as const })),
  ]);
  const idsOf = (level: ScopePlace['level']) => places.filter((one) => one.level === level).map((one) => one.id);
  const save = useSaveRights(person.name, () =>
    call(setStaffScope, {
      params: { id: person.id },
      body: isAll
        ? { hasAllCommunities: true, communityIds: [], buildingIds: [], houseIds: [] }
        : {
            hasAllCommunities: false,
            communityIds: idsOf('community'),
            buildingIds: idsOf('building'),
            houseIds: idsOf('house'),
          },
    }),
  );
  const remove = (gone: ScopePlace) => setPlaces(places.filter((one) => one.id !== gone.id));
  return (
    <>
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} className={styles.gap} /> : null}
      <Radio.Group disabled={!isEditable} value={isAll} onChange={(event) => setIsAll(event.target.value)}>
        <Space orientation="vertical">
          <Radio value={true}>全部小区，以后新增的也包括在内</Radio>
          <Radio value={false}>只看指定的小区、楼宇或房屋</Radio>
        </Space>
      </Radio.Group>
      {isAll ? null : (
        <>
          <div className={styles.chosen}>
            {places.length === 0 ? <span className="muted">还没有指定，保存后这个人什么都看不到</span> : null}
            {places.map((place) => (
              <Tag key={place.id} closable={isEditable} onClose={() => remove(place)}>
                {levelNames[place.level]}：{place.label}
              </Tag>
            ))}
          </div>
          {person.hiddenPlaces > 0 ? (
            <p className="muted">另有 {person.hiddenPlaces} 处在您的数据范围以外，没有列出，您不能改动这个人的范围。</p>
          ) : null}
          {isEditable ? <ScopeTree places={places} onChange={setPlaces} /> : null}
        </>
      )}
      {isEditable ? (
        <div className={styles.actions}>
          <Button type="primary" loading={save.isPending} onClick={() => save.mutate()}>
            保存数据范围
          </Button>
          {person.id === session.staff.id ? <span className="muted">　这是您自己的数据范围</span> : null}
        </div>
      ) : null}
    </>
  );
}
