import { microSiteIcons, type ResidentHome } from '@anlin/contract';
import { useState } from 'react';
import { Link } from '../app/router.tsx';
import { chooseCommunity, useCommunity, useSession } from '../app/session.ts';
import { Icon, type IconName, PathIcon } from '../ui/icon.tsx';
import { isZero, Money } from '../ui/money.tsx';
import { Page, RowLink, useTitle } from '../ui/page.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { useDues, useHome } from './queries.ts';

/** The due sum first, then what one can do. */
export function HomeScreen() {
  const community = useCommunity();
  const { houses } = useSession();
  const isHouseholder = houses.some((house) => house.isHouseholder);
  useTitle('首页');
  const home = useHome(community.id).data;
  return (
    <Page title={community.name}>
      <div className="stack">
        <Whereabouts />
        <NewMessages />
        {isHouseholder && <DueCard communityId={community.id} />}
        {home?.notice && <p className="notice">{home.notice}</p>}
        {home && home.banners.length > 0 && <Banners banners={home.banners} name={community.name} />}
        {isHouseholder && <OwnTiles />}
        {home && <SiteTiles home={home} />}
        <Phones home={home} />
      </div>
    </Page>
  );
}

/** What came since one last looked. */
function NewMessages() {
  const count = useSession().resident.newMessages;
  if (count === 0) return null;
  return (
    <div className="rows">
      <RowLink to="/messages">
        <Icon name="notice" />
        <span className="row-main">有 {count} 条新消息</span>
      </RowLink>
    </div>
  );
}

/** Which houses, and the way to another community. */
function Whereabouts() {
  const { resident, community, houses } = useSession();
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="line">
      <p className="quiet">{houses.map((house) => `${house.name}（${house.roleLabel}）`).join('、')}</p>
      {resident.communities.length > 1 && (
        <button type="button" className="button plain" onClick={() => setOpen(true)}>
          切换小区
        </button>
      )}
      {isOpen && (
        <Sheet title="切换小区" onClose={() => setOpen(false)}>
          <div className="rows">
            {resident.communities.map(({ id, name }) => (
              <button key={id} type="button" className="row" onClick={() => chooseCommunity(id)}>
                <span className="row-main">{name}</span>
                {id === community?.id && <span className="chip">当前</span>}
              </button>
            ))}
          </div>
        </Sheet>
      )}
    </div>
  );
}

function DueCard({ communityId }: { communityId: string }) {
  const { data } = useDues(communityId);
  if (!data)
    return <div className="due-card" role="status" aria-label="正在加载待缴费用" style={{ minHeight: '8rem' }} />;
  if (data.billCount === 0) {
    return (
      <Link to="/receipts" className="due-card">
        <div>待缴费用</div>
        <div className="line">
          <Money yuan="0.00" large />
          <span className="go">缴费记录</span>
        </div>
        <div className="below">都缴清了，谢谢您。</div>
      </Link>
    );
  }
  return (
    <Link to="/dues" className="due-card">
      <div>待缴费用</div>
      <div className="line">
        <Money yuan={data.toPay} large />
        <span className="go">去缴费</span>
      </div>
      <div className="below">
        共 {data.billCount} 笔
        {!isZero(data.overdue) && (
          <>
            ，其中已到期 <Money yuan={data.overdue} />
          </>
        )}
      </div>
    </Link>
  );
}

const ownTiles: readonly { to: string; label: string; icon: IconName }[] = [
  { to: '/receipts', label: '缴费记录', icon: 'receipt' },
  { to: '/prepaid', label: '预存款', icon: 'wallet' },
  { to: '/auto-pay', label: '自动缴费', icon: 'wait' },
  { to: '/advance', label: '预缴费用', icon: 'ahead' },
  { to: '/houses', label: '房屋成员', icon: 'people' },
  { to: '/vehicles', label: '车辆车位', icon: 'car' },
  { to: '/messages', label: '我的消息', icon: 'notice' },
];

function OwnTiles() {
  return (
    <nav className="card tiles in-threes" aria-label="常用功能">
      {ownTiles.map(({ to, label, icon }) => (
        <Link key={to} to={to}>
          <span className="tile-icon">
            <Icon name={icon} />
          </span>
          {label}
        </Link>
      ))}
    </nav>
  );
}

/** What the company put on the community's page; parts of that page that are elsewhere here are left out. */
function SiteTiles({ home }: { home: ResidentHome }) {
  const shown = home.tiles.map((tile, place) => ({ tile, place })).filter(({ tile }) => tile.target.kind !== 'section');
  if (shown.length === 0) return null;
  return (
    <nav className="card tiles" aria-label="小区服务">
      {shown.map(({ tile, place }) => {
        const face = (
          <>
            <span className="tile-icon">
              <PathIcon path={microSiteIcons[tile.icon].path} />
            </span>
            {tile.title}
          </>
        );
        const { target } = tile;
        if (target.kind === 'text') {
          return (
            <Link key={place} to={`/text/${place}`}>
              {face}
            </Link>
          );
        }
        return target.kind === 'phone' ? (
          <a key={place} href={`tel:${target.phone}`}>
            {face}
          </a>
        ) : target.kind === 'link' ? (
          <a key={place} href={target.url} target="_blank" rel="noopener noreferrer">
            {face}
          </a>
        ) : null;
      })}
    </nav>
  );
}

function Banners({ banners, name }: { banners: readonly string[]; name: string }) {
  return (
    <div className="banners">
      {banners.map((banner, place) => (
        <img key={banner} src={banner} alt={`${name}图片 ${place + 1}`} loading={place === 0 ? 'eager' : 'lazy'} />
      ))}
    </div>
  );
}

function Phones({ home }: { home: ResidentHome | undefined }) {
  if (!home || home.phones.length === 0) return null;
  return (
    <section aria-labelledby="phones">
      <h2 className="section-title" id="phones">
        联系物业
      </h2>
      <div className="rows" style={{ marginTop: '0.5rem' }}>
        {home.phones.map(({ label, phone }) => (
          <a key={phone} href={`tel:${phone}`} className="row">
            <Icon name="phone" />
            <span className="row-main">{label}</span>
            <span className="money">{phone}</span>
          </a>
        ))}
      </div>
    </section>
  );
}
