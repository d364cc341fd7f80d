import {
  createPrintTemplate,
  listPrintTemplateVersions,
  type PrintElementKind,
  type PrintTemplateView,
  printElementKinds,
  printTypeOf,
  updatePrintTemplate,
} from '@anlin/contract';
import { checkTemplate } from '@anlin/print-layout';
import { RedoOutlined, UndoOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Radio, Select, Space } from 'antd';
import { type KeyboardEvent, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { DesignCanvas, dragKind } from './design-canvas.tsx';
import {
  type AreaKey,
  addElement,
  areaOf,
  changeElement,
  elementOf,
  gridMm,
  keepInside,
  removeElement,
} from './design-changes.ts';
import { DesignPreview } from './design-preview.tsx';
import styles from './designer.module.css';
import { ElementProperties } from './element-properties.tsx';
import { SheetProperties, TableProperties } from './sheet-properties.tsx';
import { useHistory } from './use-history.ts';

export interface DesignedTemplate
  extends Pick<PrintTemplateView, 'type' | 'name' | 'communityId' | 'version' | 'content'> {
  /** Undefined: not saved yet. */
  id: string | undefined;
}

interface TemplateDesignerProps {
  template: DesignedTemplate;
  /** Whose documents the preview looks among. */
  communityId: string | undefined;
  onSaved: (id: string) => void;
  onClose: () => void;
}

/** Designs a template: palette at the left, the sheet in the middle, properties at the right. */
export default function TemplateDesigner({ template, communityId, onSaved, onClose }: TemplateDesignerProps) {
  const { message, modal } = App.useApp();
  const { type } = template;
  const editing = useHistory(template.content);
  const { present: content, change, settle } = editing;
  const [name, setName] = useState(template.name);
  const [selected, setSelected] = useState<string>();
  const [area, setArea] = useState<AreaKey>('header');
  const [mode, setMode] = useState<'design' | 'preview'>('design');
  const problems = checkTemplate(type, content);
  const element = elementOf(content, selected);
  const save = useSave(template, (id) => {
    message.success('模板已保存');
    onSaved(id);
  });
  const isChanged = content !== template.content || name !== template.name || template.id === undefined;
  const select = (id: string) => {
    setSelected(id);
    const of = areaOf(content, id);
    if (of) setArea(of);
  };
  const add = (to: AreaKey, given: { kind: PrintElementKind; field?: string; x: number; y: number }) => {
    const added = addElement(type, content, to, given);
    change(added.content);
    setSelected(added.id);
    setArea(to);
  };
  const remove = () => {
    if (!element) return;
    change(removeElement(content, element.id));
    setSelected(undefined);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLElement && event.target.closest('input, textarea, .ant-select')) return;
    const isCommand = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (isCommand && key === 'z') (event.shiftKey ? editing.redo : editing.undo)();
    else if (isCommand && key === 'y') editing.redo();
    else if (element && (event.key === 'Delete' || event.key === 'Backspace')) remove();
    else if (element && event.key in nudges) {
      const [x, y] = nudges[event.key as keyof typeof nudges];
      const step = event.shiftKey ? 5 : gridMm;
      const box = { x: element.x + x * step, y: element.y + y * step, width: element.width, height: element.height };
      change(
        changeElement(content, element.id, keepInside(content, areaOf(content, element.id)!, box)),
        `nudge ${element.id}`,
      );
    } else return;
    event.preventDefault();
  };
  const close = () =>
    isChanged
      ? modal.confirm({
          title: '放弃没有保存的修改？',
          okText: '放弃',
          okButtonProps: { danger: true },
          cancelText: '继续设计',
          onOk: onClose,
        })
      : onClose();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys move the element that has the focus in it.
    <div style={{ display: 'flex', flex: 1, flexDirection: 'column', gap: 8, minHeight: 0 }} onKeyDown={onKeyDown}>
      <Space wrap>
        <Input
          aria-label="模板名称"
          value={name}
          maxLength={60}
          style={{ width: 200 }}
          onChange={(event) => setName(event.target.value)}
        />
        <Radio.Group
          optionType="button"
          aria-label="视图"
          value={mode}
          options={[
            { value: 'design', label: '设计' },
            { value: 'preview', label: '预览' },
          ]}
          onChange={(event) => setMode(event.target.value)}
        />
        <Button aria-label="撤销一步" icon={<UndoOutlined />} disabled={!editing.canUndo} onClick={editing.undo} />
        <Button aria-label="重做一步" icon={<RedoOutlined />} disabled={!editing.canRedo} onClick={editing.redo} />
        {template.id === undefined ? null : <Versions id={template.id} onChoose={(version) => change(version)} />}
        <Button
          type="primary"
          loading={save.isPending}
          disabled={problems.length > 0 || !isChanged || name.trim() === ''}
          onClick={() => save.mutate({ name: name.trim(), content })}
        >
          保存模板
        </Button>
        <Button onClick={close}>返回列表</Button>
        {save.error ? <span style={{ color: 'var(--ant-color-error)' }}>{errorText(save.error)}</span> : null}
      </Space>
      {mode === 'preview' ? (
        <DesignPreview type={type} communityId={communityId} content={content} />
      ) : (
        <div className={styles.designer}>
          <Palette type={type} area={area} onAdd={(given) => add(area, { ...given, x: 0, y: 0 })} onArea={setArea} />
          <DesignCanvas
            type={type}
            content={content}
            selected={selected}
            wrong={new Set(problems.map(({ place }) => place))}
            onSelect={select}
            onBox={(id, box, gesture) => change(changeElement(content, id, box), gesture)}
            onSettle={settle}
            onDrop={add}
          />
          <aside className={styles.side} aria-label="属性">
            {problems.length === 0 ? null : (
              <ul className={styles.problems} role="alert">
                {problems.map(({ message: text }) => (
                  <li key={text}>{text}</li>
                ))}
              </ul>
            )}
            {element ? (
              <ElementProperties
                type={type}
                communityId={template.communityId}
                content={content}
                element={element}
                onChange={(patch) =>
                  change(changeElement(content, element.id, patch), `edit ${element.id} ${Object.keys(patch).join()}`)
                }
                onRemove={remove}
              />
            ) : selected === 'table' ? (
              <TableProperties type={type} content={content} onChange={(next) => change(next)} />
            ) : (
              <SheetProperties type={type} content={content} onChange={(next) => change(next)} />
            )}
            {selected === undefined ? null : (
              <Button
                size="small"
                type="link"
                style={{ padding: 0, marginTop: 10 }}
                onClick={() => setSelected(undefined)}
              >
                纸张与页面设置
              </Button>
            )}
          </aside>
        </div>
      )}
    </div>
  );
}

const nudges = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as const;

function useSave(template: DesignedTemplate, onSaved: (id: string) => void) {
  const queries = useQueryClient();
  const { id, type, communityId, version } = template;
  return useMutation({
    mutationFn: async (saved: { name: string; content: PrintTemplateView['content'] }) => {
      if (id === undefined) return (await call(createPrintTemplate, { body: { type, communityId, ...saved } })).id;
      await call(updatePrintTemplate, { params: { id }, body: { version, ...saved } });
      return id;
    },
    onSuccess: async (savedId) => {
      await queries.invalidateQueries({ queryKey: ['print'] });
      onSaved(savedId);
    },
  });
}

interface PaletteProps {
  type: PrintTemplateView['type'];
  area: AreaKey;
  onArea: (area: AreaKey) => void;
  onAdd: (given: { kind: PrintElementKind; field?: string }) => void;
}

/** What can be put on paper: dragged to its place, or clicked into the chosen area. */
function Palette({ type, area, onArea, onAdd }: PaletteProps) {
  const chip = (label: string, given: { kind: PrintElementKind; field?: string }) => (
    <button
      type="button"
      key={label}
      className={styles.chip}
      draggable
      onDragStart={(event) => event.dataTransfer.setData(dragKind, JSON.stringify(given))}
      onClick={() => onAdd(given)}
    >
      {label}
    </button>
  );
  const kinds = (Object.keys(printElementKinds) as PrintElementKind[]).filter((kind) => kind !== 'field');
  return (
    <aside className={styles.side} aria-label="可添加的元素">
      <Radio.Group
        size="small"
        optionType="button"
        aria-label="添加到"
        value={area}
        options={[
          { value: 'header', label: '页眉区' },
          { value: 'footer', label: '页脚区' },
        ]}
        onChange={(event) => onArea(event.target.value)}
      />
      <p className="muted" style={{ margin: '6px 0 0', fontSize: 12 }}>
        拖到纸上，或点击添加
      </p>
      <h3>字段</h3>
      <div className={styles.palette}>
        {Object.entries(printTypeOf(type).fields).map(([field, { label }]) => chip(label, { kind: 'field', field }))}
      </div>
      <h3>其他</h3>
      <div className={styles.palette}>{kinds.map((kind) => chip(printElementKinds[kind], { kind }))}</div>
    </aside>
  );
}

function Versions({ id, onChoose }: { id: string; onChoose: (content: PrintTemplateView['content']) => void }) {
  const { data } = useQuery({
    queryKey: ['print', 'versions', id],
    queryFn: () => call(listPrintTemplateVersions, { params: { id } }),
  });
  return (
    <Select
      aria-label="旧版本"
      placeholder="取回旧版本"
      style={{ width: 190 }}
      value={null}
      options={(data?.rows ?? []).map((row) => ({
        value: row.version,
        label: `第 ${row.version} 版 ${row.savedBy} ${row.savedAt.slice(0, 10)}`,
      }))}
      onChange={(version) => {
        const row = data?.rows.find((one) => one.version === version);
        if (row) onChoose(row.content);
      }}
    />
  );
}
