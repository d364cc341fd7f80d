import { Pagination } from 'antd';
import { pageSizes } from './list-address.ts';
import styles from './list-pager.module.css';

interface ListPagerProps {
  page: number;
  pageSize: number;
  total: number;
  onPage: (page: number, pageSize: number) => void;
}

/** Foot of a list: which rows these are, the other pages, how many a page holds. */
export function ListPager({ page, pageSize, total, onPage }: ListPagerProps) {
  if (total === 0) return null;
  return (
    <Pagination
      className={styles.pager ?? ''}
      size="small"
      align="end"
      current={page}
      pageSize={pageSize}
      total={total}
      pageSizeOptions={pageSizes}
      showSizeChanger
      showQuickJumper={total > pageSize * 5}
      showTotal={(_, [from, to]) => <span className="muted figures">{`第 ${from}–${to} 条`}</span>}
      onChange={onPage}
    />
  );
}
