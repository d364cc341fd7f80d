import { ArrowDownOutlined, ArrowUpOutlined, HolderOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { movePath } from '../../shell/favourite-order.ts';
import type { EditedTile } from './edited-tile.ts';
import styles from './micro-site.module.css';
import { MicroSiteIconPicture } from './micro-site-preview.tsx';

interface MicroSiteTilesProps {
  /** What the list is of: 图标、顶部菜单、底部菜单. */
  label: string;
  /** Said where there is none. */
  emptyText: string;
  tiles: readonly EditedTile[];
  onChange: (tiles: EditedTile[]) => void;
  onEdit: (tile: EditedTile) => void;
}

/** Tiles or entries of a menu in their order: moved by dragging or with the arrow buttons. */
export function MicroSiteTiles({ label, emptyText, tiles, onChange, onEdit }: MicroSiteTilesProps) {
  const [dragged, setDragged] = useState<number>();
  const move = (from: number, to: number) => {
    if (to < 0 || to >= tiles.length) return;
    const keys = movePath(
      tiles.map(({ key }) => key),
      from,
      to,
    );
    onChange(keys.flatMap((wanted) => tiles.find(({ key }) => key === wanted) ?? []));
  };
  const toggle = (key: string) =>
    onChange(tiles.map((one) => (one.key === key ? { key, tile: { ...one.tile, isShown: !one.tile.isShown } } : one)));
  if (tiles.length === 0) return <p className="muted">{emptyText}</p>;
  return (
    <ol className={styles.order} aria-label={`${label}的顺序`}>
      {tiles.map((one, index) => (
        <li
          key={one.key}
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
          <MicroSiteIconPicture icon={one.tile.icon} size={20} />
          <span className={styles.orderTitle}>{one.tile.title}</span>
          {one.tile.isShown ? null : <span className="muted">已隐藏</span>}
          <Button
            type="text"
            size="small"
            aria-label={`${one.tile.title}上移`}
            disabled={index === 0}
            icon={<ArrowUpOutlined />}
            onClick={() => move(index, index - 1)}
          />
          <Button
            type="text"
            size="small"
            aria-label={`${one.tile.title}下移`}
            disabled={index === tiles.length - 1}
            icon={<ArrowDownOutlined />}
            onClick={() => move(index, index + 1)}
          />
          <Button
            type="link"
            size="small"
            aria-label={`${one.tile.isShown ? '隐藏' : '显示'}${one.tile.title}`}
            onClick={() => toggle(one.key)}
          >
            {one.tile.isShown ? '隐藏' : '显示'}
          </Button>
          <Button type="link" size="small" aria-label={`修改${one.tile.title}`} onClick={() => onEdit(one)}>
            修改
          </Button>
          <Button
            type="link"
            size="small"
            danger
            aria-label={`删除${one.tile.title}`}
            onClick={() => onChange(tiles.filter(({ key }) => key !== one.key))}
          >
            删除
          </Button>
        </li>
      ))}
    </ol>
  );
}
