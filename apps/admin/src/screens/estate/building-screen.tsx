import { buildingResource, type ResourceRow } from '@anlin/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { ResourcePage } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { GenerateHousesDrawer } from './generate-houses-drawer.tsx';

export default function BuildingScreen() {
  const can = useCan();
  const [generating, setGenerating] = useState<ResourceRow>();
  return (
    <>
      <ResourcePage
        definition={buildingResource}
        help="小区里的楼栋。先有楼宇，才能录入房屋；房号有规律的楼可批量生成房屋。"
        emptyHint="还没有楼宇。先新增楼宇，再生成、录入或导入房屋"
        initialValues={{ sortOrder: 0 }}
        rowActions={(row, place) =>
          can('house.create') ? (
            <Button {...(place === 'list' ? { type: 'link', size: 'small' } : {})} onClick={() => setGenerating(row)}>
              生成房屋
            </Button>
          ) : null
        }
      />
      {generating ? <GenerateHousesDrawer building={generating} onClose={() => setGenerating(undefined)} /> : null}
    </>
  );
}
