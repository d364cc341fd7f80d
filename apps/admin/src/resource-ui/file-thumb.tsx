import { useFileUrl } from './file-url.ts';
import styles from './files.module.css';

/** A picture in a line of text: 48 × 36 pixels of its thumbnail. */
export function FileThumb({ id }: { id: string }) {
  const url = useFileUrl(id, 'thumbnail');
  return url ? <img src={url} alt="" loading="lazy" className={styles.thumb} /> : <span className={styles.thumb} />;
}
