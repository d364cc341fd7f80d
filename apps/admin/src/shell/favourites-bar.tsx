import { Link } from '@tanstack/react-router';
import { useAddress } from './address.ts';
import { favouritesOnBar, useFavourites } from './favourites.ts';
import styles from './shell.module.css';

/** The first favourites on the top bar; on a narrow window they give way. */
export function FavouritesBar() {
  const { favourites } = useFavourites();
  const { pathname, search } = useAddress();
  if (favourites.length === 0) return null;
  return (
    <nav className={styles.favourites} aria-label="常用功能">
      {favourites.slice(0, favouritesOnBar).map(({ path, title }) => (
        <Link
          key={path}
          to={path}
          search={{ community: search.community } as never}
          className={styles.favourite ?? ''}
          aria-current={pathname === path ? 'page' : undefined}
        >
          {title}
        </Link>
      ))}
    </nav>
  );
}
