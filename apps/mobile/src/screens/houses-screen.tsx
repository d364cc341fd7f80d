import { useSession } from '../app/session.ts';
import { dayText } from '../ui/day.ts';
import { Page, RowLink } from '../ui/page.tsx';

/** One's houses in the community: people, vehicles, and the way to another house. */
export default function HousesScreen() {
  const { houses } = useSession();
  return (
    <Page title="我的房屋">
      <div className="stack">
        {houses.map((house) => (
          <section key={house.id} className="rows" aria-label={house.name}>
            <div className="row">
              <div className="row-main">
                <strong>{house.name}</strong>
                <span className="quiet">
                  {house.area ? `建筑面积 ${house.area}㎡，` : ''}
                  {dayText(house.movedInOn)}入住
                  {house.validUntil && `，有效期到 ${dayText(house.validUntil)}`}
                </span>
              </div>
              <span className="chip">{house.roleLabel}</span>
            </div>
            {house.isHouseholder && (
              <RowLink to={`/members/${house.id}`}>
                <span className="row-main">{house.isOwner ? '住户和邀请' : '住户'}</span>
              </RowLink>
            )}
          </section>
        ))}
        <div className="rows">
          <RowLink to="/vehicles">
            <span className="row-main">车辆和车位</span>
          </RowLink>
          <RowLink to="/register">
            <span className="row-main">申请入住另一处房屋</span>
          </RowLink>
        </div>
      </div>
    </Page>
  );
}
