import { ArrowDownOutlined, ArrowUpOutlined, CloseOutlined, HolderOutlined } from '@ant-design/icons';
import { Button, Modal, Select } from 'antd';
import { useState } from 'react';
import { useSession } from '../../session/session-context.ts';
import { movePath } from '../../shell/favourite-order.ts';
import { favouritesOnBar, mostFavourites, useFavourites } from '../../shell/favourites.ts';
import { menuFor } from '../../shell/navigation.tsx';
import { screens } from '../index.tsx';
import styles from './dashboard.module.css';

/** Chooses favourites and puts them in order: by dragging, or with the arrow buttons. */
export default function FavouritesDialog({ onClose }: { onClose: () => void }) {
  const { permissions } = useSession();
  const { favourites, keep } = useFavourites();
  const [dragged, setDragged] = useState<number>();
  const paths = favourites.map(({ path }) => path);
  const options = menuFor(screens, permissions).map((section) => ({
    label: section.title,
    options: section.screens
      .filter(({ path }) => !paths.includes(path))
      .map(({ path, title }) => ({ value: path, label: title })),
  }));
  const move = (from: number, to: number) => {
    if (to >= 0 && to < paths.length) keep(movePath(paths, from, to));
  };
  return (
    <Modal open title="常用功能" onCancel={onClose} onOk={onClose} okText="好了" cancelButtonProps={{ hidden: true }}>
      <p className="muted">拖动可调整顺序，前 {favouritesOnBar} 个显示在页面上方。改动立即生效，换一台电脑登录也在。</p>
      <ol className={styles.order} aria-label="常用功能的顺序">
        {favourites.map(({ path, title }, index) => (
          <li
            key={path}
            draggable
            className={styles.orderRow}
            data-dragged={dragged === index}
            onDragStart={(event) => {
              event.dataTransfer.effectAllowed = 'move';
              setDragged(index);
            }}
            onDragOver={(event) => {
              event.preventDefault();
              if (dragged === undefined || dragged === index) return;
              move(dragged, index);
              setDragged(index);
            }}
            onDragEnd={() => setDragged(undefined)}
            onDrop={(event) => event.preventDefault()}
          >
            <HolderOutlined className={styles.handle ?? ''} />
            <span className={styles.orderTitle}>{title}</span>
            {index < favouritesOnBar ? <span className="muted">上方显示</span> : null}
            <Button
              type="text"
              size="small"
              aria-label={`${title}上移`}
              disabled={index === 0}
              icon={<ArrowUpOutlined />}
              onClick={() => move(index, index - 1)}
            />
            <Button
              type="text"
              size="small"
              aria-label={`${title}下移`}
              disabled={index === paths.length - 1}
              icon={<ArrowDownOutlined />}
              onClick={() => move(index, index + 1)}
            />
            <Button
              type="text"
              size="small"
              aria-label={`移除${title}`}
              icon={<CloseOutlined />}
              onClick={() => keep(paths.filter((other) => other !== path))}
            />
          </li>
        ))}
      </ol>
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        value={null}
        options={options}
        placeholder={paths.length < mostFavourites ? '添加一个页面' : `最多 ${mostFavourites} 个，先移除几个`}
        disabled={paths.length >= mostFavourites}
        aria-label="添加常用功能"
        className={styles.addFavourite ?? ''}
        onChange={(path: string | null) => path && keep([...paths, path])}
      />
    </Modal>
  );
}
