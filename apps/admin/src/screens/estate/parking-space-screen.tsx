import { parkingSpaceResource } from '@anlin/contract';
import { ResourcePage, taggingOf } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { TargetAccountTab } from '../charging/target-account.tsx';

export default function ParkingSpaceScreen() {
  const can = useCan();
  const maySeeBills = can('bill.view');
  return (
    <ResourcePage
      definition={parkingSpaceResource}
      {...taggingOf(parkingSpaceResource, '个车位', can('parkingSpace.edit'))}
      help="小区的车位。关联房屋后，收银时可与第一套（主房屋）一起收费。"
      emptyHint="还没有车位。先新增一个，或从表格导入"
      detail={
        maySeeBills
          ? [
              {
                key: 'bills',
                label: '账单',
                render: (row) => (
                  <TargetAccountTab kind="parkingSpace" id={row.id} label={`车位 ${String(row.number)}`} />
                ),
              },
            ]
          : []
      }
    />
  );
}
