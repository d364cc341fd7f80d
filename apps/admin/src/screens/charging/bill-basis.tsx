import type { EndpointReply, getBillHistory, Permission, ResourceRow } from '@anlin/contract';
import { Button, Descriptions } from 'antd';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { targetPages } from './target-kinds.ts';

type Basis = EndpointReply<typeof getBillHistory>['basis'][number];
type LinkKind = NonNullable<Basis['link']>['kind'];

const pages: Readonly<Record<LinkKind, { path: string; permission: Permission }>> = {
  house: { path: targetPages.house, permission: 'house.view' },
  parkingSpace: { path: targetPages.parkingSpace, permission: 'parkingSpace.view' },
  vehicle: { path: targetPages.vehicle, permission: 'vehicle.view' },
  chargeStandard: { path: '/charging/charge-standards', permission: 'chargeStandard.view' },
  standardBinding: { path: '/charging/standard-bindings', permission: 'standardBinding.view' },
  meterReading: { path: '/charging/meter-readings', permission: 'meterReading.view' },
  apportionment: { path: '/charging/apportionments', permission: 'apportionment.view' },
  raisingRun: { path: '/charging/raising-runs', permission: 'bill.view' },
};

/** What a bill's amount rests on, each with a way to where it can be looked into and changed. */
export function BillBasis({
  bill,
  basis,
  tax,
}: { bill: ResourceRow } & Omit<EndpointReply<typeof getBillHistory>, 'history' | 'sentence'>) {
  const can = useCan();
  const { go } = useAddress();
  const open = (path: string, id: string) => go(path, { community: bill.communityId, id });
  const items = basis.map(({ label, text, link }) => {
    const page = link && pages[link.kind];
    return {
      key: label,
      label,
      children:
        link && page && can(page.permission) ? (
          <Button type="link" size="small" style={linkStyle} onClick={() => open(page.path, link.id)}>
            {text}
          </Button>
        ) : (
          text
        ),
    };
  });
  if (tax !== null)
    items.push({ key: 'tax', label: '其中税额', children: `${tax.tax} 元（税率 ${tax.rate}%，不含税 ${tax.net} 元）` });
  return items.length === 0 ? null : <Descriptions bordered size="small" column={1} items={items} />;
}

const linkStyle = { padding: 0, height: 'auto', whiteSpace: 'normal', textAlign: 'left' } as const;
