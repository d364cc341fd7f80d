import { Link } from '@tanstack/react-router';
import { Button, Card } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useAddress } from '../../shell/address.ts';
import { useFavourites } from '../../shell/favourites.ts';
import styles from './dashboard.module.css';

const FavouritesDialog = lazy(() => import('./favourites-dialog.tsx'));

/** The functions a person uses most, in the order they chose (PLT-7). */
export function FavouriteCards() {
  const { search } = useAddress();
  const { favourites } = useFavourites();
  const [isOpen, setOpen] = useState(false);
  return (
    <Card
      size="small"
      title="常用功能"
      className={styles.strip ?? ''}
      extra={
        <Button type="link" size="small" onClick={() => setOpen(true)}>
          设置
        </Button>
      }
    >
      {favourites.length === 0 ? (
        <span className="muted">把每天要用的页面放在这里；前六个也显示在页面上方。</span>
      ) : (
        <div className={styles.favourites}>
          {favourites.map(({ path, title }) => (
            <Link
              key={path}
              to={path}
              search={{ community: search.community } as never}
              className={styles.favourite ?? ''}
            >
              {title}
            </Link>
          ))}
        </div>
      )}
      <Suspense>{isOpen ? <FavouritesDialog onClose={() => setOpen(false)} /> : null}</Suspense>
    </Card>
  );
}
