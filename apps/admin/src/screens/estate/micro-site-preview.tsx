import { type MicroSiteContent, type MicroSiteIcon, microSiteIcons, microSiteShown } from '@anlin/contract';
import { useFileUrl } from '../../resource-ui/file-url.ts';
import styles from './micro-site.module.css';

export function MicroSiteIconPicture({ icon, size }: { icon: MicroSiteIcon; size: number }) {
  return (
    <svg viewBox="0 0 24 24" width={size} height={size} className={styles.icon} aria-hidden="true">
      <path d={microSiteIcons[icon].path} />
    </svg>
  );
}

function Banner({ id, count }: { id: string; count: number }) {
  const url = useFileUrl(id, 'thumbnail');
  return (
    <div className={styles.banner}>
      {url ? <img src={url} alt="轮播图" /> : null}
      {count > 1 ? <span>1/{count}</span> : null}
    </div>
  );
}

/** The page as a phone shows it: name, menus, first banner, notice, shown tiles and their texts. Nothing in it can be pressed. */
export function MicroSitePreview({ name, content }: { name: string; content: MicroSiteContent }) {
  const { tiles: shown, topMenu, bottomMenu } = microSiteShown(content);
  return (
    <section className={styles.phone} aria-label="手机预览">
      <div className={styles.head}>{name}</div>
      {topMenu.length === 0 ? null : (
        <div className={styles.topMenu}>
          {topMenu.map(({ entry, place }) => (
            <span key={place}>{entry.title}</span>
          ))}
        </div>
      )}
      {content.banners[0] === undefined ? null : <Banner id={content.banners[0]} count={content.banners.length} />}
      {content.notice === '' ? null : <p className={styles.notice}>{content.notice}</p>}
      {shown.length === 0 ? null : (
        <div className={styles.tiles}>
          {shown.map(({ entry: { icon, title }, place }) => (
            <div key={place} className={styles.tile}>
              <MicroSiteIconPicture icon={icon} size={28} />
              <span>{title}</span>
            </div>
          ))}
        </div>
      )}
      <p className={styles.card}>联系我们 · 住户登记</p>
      {[...shown, ...topMenu, ...bottomMenu].map(({ entry: { target }, place }) =>
        target.kind === 'text' ? (
          <div key={place} className={styles.card}>
            <b>{target.title}</b>
            <div className={styles.text}>{target.body}</div>
          </div>
        ) : null,
      )}
      {bottomMenu.length === 0 ? null : (
        <div className={styles.bottomMenu}>
          {bottomMenu.map(({ entry: { icon, title }, place }) => (
            <div key={place} className={styles.tile}>
              <MicroSiteIconPicture icon={icon} size={22} />
              <span>{title}</span>
            </div>
          ))}
        </div>
      )}
    </section>
  );
}
