import {
  type PrintElement,
  type PrintElementKind,
  type PrintTemplateContent,
  type PrintType,
  printSheet,
  printTypeOf,
} from '@anlin/contract';
import { elementName, pointMm } from '@anlin/print-layout';
import { type CSSProperties, type DragEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { imageAddress } from '../../print/page-view.tsx';
import { type AreaKey, innerWidthMm, keepInside } from './design-changes.ts';
import styles from './designer.module.css';

interface DesignCanvasProps {
  type: PrintType;
  content: PrintTemplateContent;
  selected: string | undefined;
  /** Ids of elements something is wrong with. */
  wrong: ReadonlySet<string>;
  onSelect: (id: string) => void;
  onBox: (id: string, box: Pick<PrintElement, 'x' | 'y' | 'width' | 'height'>, gesture: string) => void;
  onSettle: () => void;
  onDrop: (area: AreaKey, dropped: { kind: PrintElementKind; field?: string; x: number; y: number }) => void;
}

export const dragKind = 'application/x-anlin-element';

/** The sheet in mm with its rulers; elements are dragged and resized on a grid of half a millimetre. */
export function DesignCanvas(props: DesignCanvasProps) {
  const { content } = props;
  const sheet = printSheet(content);
  const frame = useRef<HTMLDivElement>(null);
  const scale = useScale(frame, sheet.widthMm);
  const { margins, header, footer, table } = content;
  const tableTop = margins.top + header.heightMm;
  const tableMm = table.rowMm * 3;
  const least = tableTop + tableMm + footer.heightMm + margins.bottom;
  const heightMm = sheet.heightMm ?? least;
  const footerTop =
    footer.isAtBottom && sheet.heightMm !== null ? heightMm - margins.bottom - footer.heightMm : tableTop + tableMm;
  const at = (x: number, y: number, width: number, height: number): CSSProperties => ({
    left: x * scale,
    top: y * scale,
    width: width * scale,
    height: height * scale,
  });
  const width = innerWidthMm(content);
  return (
    <div className={styles.middle} ref={frame}>
      <div className={styles.paper} style={{ width: sheet.widthMm * scale, height: heightMm * scale }}>
        <Ruler lengthMm={sheet.widthMm} scale={scale} isAcross />
        <Ruler lengthMm={heightMm} scale={scale} isAcross={false} />
        <Area
          {...props}
          area="header"
          name="页眉区"
          scale={scale}
          place={at(margins.left, margins.top, width, header.heightMm)}
        />
        <button
          type="button"
          className={styles.table}
          aria-label="表格"
          style={{
            ...at(margins.left, tableTop, width, tableMm),
            ...(props.selected === 'table' ? { outline: '2px solid #1668dc' } : {}),
          }}
          onClick={() => props.onSelect('table')}
        >
          {table.columns.map((column, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: columns have no identity but their order.
            <span key={index} className={styles.column} style={{ width: column.widthMm * scale }}>
              {column.heading || printTypeOf(props.type).columns[column.field]?.label}
            </span>
          ))}
        </button>
        <Area
          {...props}
          area="footer"
          name="页脚区"
          scale={scale}
          place={at(margins.left, footerTop, width, footer.heightMm)}
        />
      </div>
    </div>
  );
}

/** Pixels per mm so that the sheet fills the width there is. */
function useScale(frame: { current: HTMLDivElement | null }, widthMm: number): number {
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 640));
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);
  return Math.min(4.5, Math.max(1.5, (width - 6) / widthMm));
}

function Ruler({ lengthMm, scale, isAcross }: { lengthMm: number; scale: number; isAcross: boolean }) {
  const marks = Array.from({ length: Math.floor(lengthMm / 10) + 1 }, (_, index) => index * 10);
  return (
    <div className={isAcross ? styles.rulerAcross : styles.rulerDown} aria-hidden="true">
      {marks.map((mm) => (
        <span
          key={mm}
          style={{
            position: 'absolute',
            ...(isAcross ? { left: mm * scale } : { top: mm * scale }),
            borderLeft: isAcross ? '1px solid #aaa' : 0,
            borderTop: isAcross ? 0 : '1px solid #aaa',
            paddingLeft: 1,
          }}
        >
          {mm}
        </span>
      ))}
    </div>
  );
}

interface AreaProps extends DesignCanvasProps {
  area: AreaKey;
  name: string;
  scale: number;
  place: CSSProperties;
}

function Area(props: AreaProps) {
  const { area, name, scale, place, content, onDrop } = props;
  const drop = (event: DragEvent<HTMLElement>) => {
    const text = event.dataTransfer.getData(dragKind);
    if (text === '') return;
    event.preventDefault();
    const { left, top } = event.currentTarget.getBoundingClientRect();
    onDrop(area, { ...JSON.parse(text), x: (event.clientX - left) / scale, y: (event.clientY - top) / scale });
  };
  return (
    <section
      className={styles.area}
      aria-label={name}
      style={{ ...place, backgroundSize: `${5 * scale}px ${5 * scale}px` }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
    >
      <span className={styles.areaName}>{name}</span>
      {content[area].elements.map((element) => (
        <DesignElement key={element.id} {...props} element={element} />
      ))}
    </section>
  );
}

function DesignElement(props: AreaProps & { element: PrintElement }) {
  const { type, content, area, element, scale, selected, wrong, onSelect, onBox, onSettle } = props;
  const begin = useRef<{ x: number; y: number; box: PrintElement; isSize: boolean }>(undefined);
  const isSelected = selected === element.id;
  const press = (isSize: boolean) => (event: PointerEvent<HTMLElement>) => {
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    begin.current = { x: event.clientX, y: event.clientY, box: element, isSize };
    onSelect(element.id);
  };
  const move = (event: PointerEvent<HTMLElement>) => {
    const start = begin.current;
    if (!start) return;
    const x = (event.clientX - start.x) / scale;
    const y = (event.clientY - start.y) / scale;
    const { box } = start;
    const next = start.isSize
      ? {
          x: box.x,
          y: box.y,
          width: Math.min(box.width + x, innerWidthMm(content) - box.x),
          height: Math.min(box.height + y, content[area].heightMm - box.y),
        }
      : { x: box.x + x, y: box.y + y, width: box.width, height: box.height };
    onBox(element.id, keepInside(content, area, next), `${start.isSize ? 'size' : 'move'} ${element.id}`);
  };
  const release = () => {
    begin.current = undefined;
    onSettle();
  };
  const gestures = { onPointerMove: move, onPointerUp: release, onPointerCancel: release };
  const { x, y, width, height } = element;
  return (
    <>
      <button
        type="button"
        className={styles.element}
        data-kind={element.kind}
        data-selected={isSelected}
        data-wrong={wrong.has(element.id)}
        aria-label={`元素 ${elementName(type, element)}`}
        style={{
          left: x * scale,
          top: y * scale,
          width: width * scale,
          height: height * scale,
          justifyContent: { left: 'flex-start', center: 'center', right: 'flex-end' }[element.align],
          fontSize: element.sizePt * pointMm * scale,
          fontWeight: element.isBold ? 700 : 400,
        }}
        onPointerDown={press(false)}
        {...gestures}
      >
        <Face type={type} content={content} element={element} />
      </button>
      {isSelected ? (
        <span
          className={styles.handle}
          aria-hidden="true"
          style={{ left: (x + width) * scale - 5, top: (y + height) * scale - 5 }}
          onPointerDown={press(true)}
          {...gestures}
        />
      ) : null}
    </>
  );
}

/** What an element looks like while it is designed. */
function Face({ type, content, element }: { type: PrintType; content: PrintTemplateContent; element: PrintElement }) {
  switch (element.kind) {
    case 'text':
      return <span>{element.text}</span>;
    case 'field': {
      const value =
        element.field === 'title' ? content.title : `【${printTypeOf(type).fields[element.field]?.label ?? '？'}】`;
      return <span>{(element.isLabelShown && element.field !== 'title' ? element.label : '') + value}</span>;
    }
    case 'line':
      return (
        <span
          style={{
            width: '100%',
            height: '100%',
            borderTop: '1px solid #000',
            borderLeft: element.height > element.width ? '1px solid #000' : 0,
          }}
        />
      );
    case 'box':
      return <span style={{ width: '100%', height: '100%', border: '1px solid #000' }} />;
    case 'image':
      return element.imageId ? (
        <img
          alt="图片"
          src={imageAddress(element.imageId)}
          draggable={false}
          style={{ maxWidth: '100%', maxHeight: '100%', margin: 'auto' }}
        />
      ) : (
        <span style={{ margin: 'auto', fontSize: 11 }}>图片</span>
      );
    case 'seal':
      return (
        <span
          style={{
            display: 'grid',
            placeItems: 'center',
            width: '100%',
            height: '100%',
            color: '#d4380d',
            fontSize: 12,
            border: '2px solid #d4380d',
            borderRadius: '50%',
          }}
        >
          公章
        </span>
      );
    case 'logo':
      return (
        <span
          style={{
            display: 'grid',
            placeItems: 'center',
            width: '100%',
            height: '100%',
            fontSize: 11,
            border: '1px dashed #8c8c8c',
          }}
        >
          公司标志
        </span>
      );
    case 'qr':
      return (
        <span
          style={{
            display: 'grid',
            placeItems: 'center',
            width: '100%',
            height: '100%',
            fontSize: 11,
            background: '#eee',
          }}
        >
          二维码
        </span>
      );
  }
}
