import { useIsFetching, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import styles from './slow-reading.module.css';

/** Whoever waits longer is told so, and may stop. */
const patienceSeconds = 3;

/** Tells that the page is still being read and for how long already; 停止 ends it here and in the database. */
export default function SlowReading() {
  const queries = useQueryClient();
  const isReading = useIsFetching({ type: 'active' }) > 0;
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    setSeconds(0);
    if (!isReading) return;
    const timer = setInterval(() => setSeconds((past) => past + 1), 1000);
    return () => clearInterval(timer);
  }, [isReading]);
  if (!isReading || seconds < patienceSeconds) return null;
  // What was not read is told as such (`errorText`); what stood there before stays.
  const stop = () => void queries.cancelQueries({ type: 'active', fetchStatus: 'fetching' }, { revert: false });
  return (
    <div className={styles.pill} role="status">
      数据较多，已读取 {seconds} 秒
      <Button size="small" shape="round" onClick={stop}>
        停止
      </Button>
    </div>
  );
}
