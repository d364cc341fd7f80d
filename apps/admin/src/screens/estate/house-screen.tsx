import { houseResource, houseSummary, type ResourceRow } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Typography } from 'antd';
import { call } from '../../api/api.ts';
import { EstateTree, groupThousands, ResourcePage, withFilter } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';
import { TargetAccountTab } from '../charging/target-account.tsx';
import { estateLoader } from './estate-loader.ts';
import { HousePeople } from './house-people.tsx';
import { TagHousesButton } from './tag-houses-button.tsx';

export default function HouseScreen() {
  const can = useCan();
  const community = useCommunity();
  return (
    <ResourcePage
      definition={houseResource}
      help="住宅、商铺、写字楼、地下室等一切可收费的空间。搜索框可输入房号、姓名、拼音首字母或电话后四位。"
      emptyHint="还没有房屋。可在“楼宇”中批量生成，也可逐套新增或从表格导入"
      sideTree={({ state, setState }) => (
        <EstateTree
          loader={estateLoader}
          onSelect={(node) => {
            const cleared = withFilter(withFilter(state, 'buildingId', undefined), 'unitId', undefined);
            if (node?.level === 'community') community.choose(node.id);
            else if (node?.level === 'building') setState(withFilter(cleared, 'buildingId', [node.id]));
            else if (node?.level === 'unit') setState(withFilter(cleared, 'unitId', [node.id]));
            else if (node?.level === 'house') setState({ ...cleared, page: 1, q: node.label.split(' ').at(-1) ?? '' });
            else setState(cleared);
          }}
        />
      )}
      toolbar={({ conditions }) => <MoveInRate conditions={conditions} />}
      batchActions={can('house.edit') ? (rows, clear) => <TagHousesButton rows={rows} onDone={clear} /> : undefined}
      detail={[
        { key: 'people', label: '住户与车辆', render: (row) => <PeopleOf row={row} /> },
        ...(can('bill.view')
          ? [
              {
                key: 'bills',
                label: '账单',
                render: (row: ResourceRow) => (
                  <TargetAccountTab kind="house" id={row.id} label={String(row.fullName)} />
                ),
              },
            ]
          : []),
      ]}
    />
  );
}

function PeopleOf({ row }: { row: ResourceRow }) {
  return <HousePeople houseId={row.id} houseLabel={String(row.fullName)} />;
}

/** How much of what the list shows is lived in (EST-4). */
function MoveInRate({ conditions }: { conditions: object }) {
  const { data } = useQuery({
    queryKey: ['house', 'summary', conditions],
    queryFn: ({ signal }) => call(houseSummary, { query: conditions, signal }),
  });
  if (!data || data.moveInRate === null) return null;
  return (
    <Typography.Text type="secondary">
      入住 {groupThousands(String(data.occupiedHouses))} 套、{groupThousands(data.occupiedArea)} ㎡，入住率{' '}
      {data.moveInRate}%
    </Typography.Text>
  );
}
