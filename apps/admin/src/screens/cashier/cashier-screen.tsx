import { ApartmentOutlined } from '@ant-design/icons';
import { Button, type InputRef } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { usePersonMemory } from '../../memory/use-person-memory.ts';
import { PageFrame } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { useCommunity } from '../../shell/community.ts';
import styles from './cashier.module.css';
import { Desk } from './desk.tsx';
import { DeskSearch } from './desk-search.tsx';
import {
  addRecent,
  type DeskTargetRef,
  type RecentTarget,
  readRecent,
  readTargetRef,
  writeTargetRef,
} from './desk-target.ts';
import { DeskTree } from './desk-tree.tsx';
import { IncomeDialog } from './income-dialog.tsx';
import { ShiftReminder } from './shift-reminder.tsx';

/** 收银台: find, tick, collect, print, on one screen and by keyboard. The address holds whose desk it is. */
export default function CashierScreen() {
  const { search, change } = useAddress();
  const { id: communityId } = useCommunity();
  const [recent, setRecent] = usePersonMemory('cashier.recent', readRecent);
  const [treeWanted, setTreeOpen] = usePersonMemory<boolean | null>('cashier.tree', (stored) =>
    typeof stored === 'boolean' ? stored : null,
  );
  // On a small screen the bills need the room.
  const isTreeOpen = treeWanted ?? window.innerWidth >= 1600;
  const [visit, setVisit] = useState(0);
  const [isTakingIncome, setTakingIncome] = useState(false);
  const can = useCan();
  const searchBox = useRef<InputRef>(null);
  const target = readTargetRef(search.desk);

  const focusSearch = () => searchBox.current?.focus({ cursor: 'all' });
  const open = (ref: DeskTargetRef) => {
    setVisit((count) => count + 1);
    change({ desk: writeTargetRef(ref) });
  };
  const choose = (hit: RecentTarget) => {
    setRecent(addRecent(recent, hit));
    open(hit);
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'F2') return;
      event.preventDefault();
      searchBox.current?.focus({ cursor: 'all' });
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  return (
    <PageFrame isFilling help="按房号、姓名、拼音或电话尾号找到住户，勾选账单，回车收款。">
      <ShiftReminder communityId={communityId} />
      <div className={styles.places}>
        {isTreeOpen && communityId !== undefined ? (
          <DeskTree communityId={communityId} target={target} onChoose={open} />
        ) : null}
        <div className={styles.screen}>
          <div className={styles.searchRow}>
            {communityId === undefined ? null : (
              <Button
                size="large"
                icon={<ApartmentOutlined />}
                title="房屋树"
                aria-label="房屋树"
                aria-pressed={isTreeOpen}
                onClick={() => setTreeOpen(!isTreeOpen)}
              />
            )}
            <DeskSearch ref={searchBox} communityId={communityId} recent={recent} onChoose={choose} />
          </div>
          {target ? (
            <Desk
              key={`${target.id} ${visit}`}
              target={target}
              onOpen={open}
              onNext={focusSearch}
              isFresh={visit > 0}
            />
          ) : (
            <div className={styles.start}>
              <p>输入后按回车，依次：选中住户、核对账单、收款。</p>
              {can('cashier.collect') ? (
                <p>
                  <Button onClick={() => setTakingIncome(true)}>收其他收入（不属于任何房屋）</Button>
                </p>
              ) : null}
              {isTakingIncome ? (
                <IncomeDialog communityId={communityId} onClose={() => setTakingIncome(false)} />
              ) : null}
              {recent.length === 0 ? null : (
                <div className={styles.recent}>
                  <span className="muted">最近</span>
                  {recent.map((hit) => (
                    <button type="button" key={hit.id} className={styles.recentTarget} onClick={() => choose(hit)}>
                      <b>{hit.label}</b> <span className="muted">{hit.people || hit.communityLabel}</span>
                    </button>
                  ))}
                </div>
              )}
            </div>
          )}
        </div>
      </div>
    </PageFrame>
  );
}
