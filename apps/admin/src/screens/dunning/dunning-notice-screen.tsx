import { dunningNoticeResource, dunningNoticeStates } from '@anlin/contract';
import { Tag } from 'antd';
import { ResourcePage } from '../../resource-ui/index.ts';
import { HoldingTabs } from '../cashier/holding-tabs.tsx';
import { dunningLists } from './dunning-tabs.ts';

const stateColors: Readonly<Record<string, string>> = {
  waiting: 'default',
  sending: 'processing',
  delivered: 'blue',
  read: 'green',
  failed: 'red',
  held: 'gold',
  unreachable: 'orange',
  settled: 'cyan',
};

/** Every notice, by household and channel: sent, read, failed, held back. */
export default function DunningNoticeScreen() {
  return (
    <ResourcePage
      definition={dunningNoticeResource}
      tabs={<HoldingTabs label="催缴" lists={dunningLists} />}
      help="每户每个渠道一条。没有发的也在这里，写明原因；间隔未到的写明从哪天起可再发。"
      searchHint="房号"
      emptyHint="还没有催缴过"
      columns={{
        state: {
          render: ({ state }) => (
            <Tag color={stateColors[String(state)] ?? ''}>
              {dunningNoticeStates[state as keyof typeof dunningNoticeStates]}
            </Tag>
          ),
        },
      }}
    />
  );
}
