import { vehicleApplicationStates } from '@anlin/contract';
import { Link } from '../app/router.tsx';
import { useCommunity, useSession } from '../app/session.ts';
import { timeText } from '../ui/day.ts';
import { Loaded, Message, Page, RowLink } from '../ui/page.tsx';
import { useVehicles } from './queries.ts';

const chips = { waiting: 'chip warn', refused: 'chip danger', passed: 'chip good' } as const;

/** Vehicles and parking spaces, and how far those handed in are. */
export default function VehiclesScreen() {
  const community = useCommunity();
  const { houses } = useSession();
  const vehicles = useVehicles(community.id);
  const mayAdd = houses.some((house) => house.isHouseholder);
  return (
    <Page title="车辆和车位" back="/houses">
      <Loaded query={vehicles}>
        {(data) => (
          <div className="stack">
            {data.vehicles.length + data.applications.length + data.parkingSpaces.length === 0 && (
              <Message icon="car" title="还没有登记车辆" text="登记后，物业审核通过就能使用。" />
            )}
            {data.applications.length > 0 && (
              <section>
                <h2 className="section-title">登记申请</h2>
                <div className="rows" style={{ marginTop: '0.5rem' }}>
                  {data.applications.map((one) => {
                    const face = (
                      <>
                        <div className="row-main">
                          <span>{one.plate}</span>
                          <span className="quiet">
                            {one.houseName} · {timeText(one.submittedAt)}
                          </span>
                          {one.refuseReason && <span className="danger-text">原因：{one.refuseReason}</span>}
                        </div>
                        <span className={chips[one.state]}>{vehicleApplicationStates[one.state]}</span>
                      </>
                    );
                    return one.state === 'refused' ? (
                      <RowLink key={one.id} to={`/vehicle/${one.id}`}>
                        {face}
                      </RowLink>
                    ) : (
                      <div key={one.id} className="row">
                        {face}
                      </div>
                    );
                  })}
                </div>
              </section>
            )}
            {data.vehicles.length > 0 && (
              <section>
                <h2 className="section-title">已登记的车辆</h2>
                <ul className="rows" style={{ marginTop: '0.5rem' }}>
                  {data.vehicles.map((vehicle) => (
                    <li key={vehicle.id} className="row">
                      <div className="row-main">
                        <span>{vehicle.plate}</span>
                        <span className="quiet">
                          {[vehicle.description, vehicle.houseName].filter(Boolean).join(' · ')}
                        </span>
                      </div>
                      <span className="chip good">已通过</span>
                    </li>
                  ))}
                </ul>
              </section>
            )}
            {data.parkingSpaces.length > 0 && (
              <section>
                <h2 className="section-title">车位</h2>
                <ul className="rows" style={{ marginTop: '0.5rem' }}>
                  {data.parkingSpaces.map((space) => (
                    <li key={space.id} className="row">
                      <span className="row-main">{space.name}</span>
                      <span className="quiet">{space.houseName}</span>
                    </li>
                  ))}
                </ul>
              </section>
            )}
            {mayAdd && (
              <Link to="/vehicle/new" className="button primary wide">
                登记车辆
              </Link>
            )}
          </div>
        )}
      </Loaded>
    </Page>
  );
}
