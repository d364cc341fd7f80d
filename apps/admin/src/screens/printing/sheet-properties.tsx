import {
  type PrintTemplateContent,
  type PrintType,
  printAligns,
  printMoneyFormats,
  printPapers,
  printTypeOf,
} from '@anlin/contract';
import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined } from '@ant-design/icons';
import { Button, Checkbox, Input, InputNumber, Select } from 'antd';
import styles from './designer.module.css';
import { Millimetres, optionsOf } from './element-properties.tsx';

interface SheetPropertiesProps {
  type: PrintType;
  content: PrintTemplateContent;
  onChange: (content: PrintTemplateContent) => void;
}

const marginWords = { top: '上边距', bottom: '下边距', left: '左边距', right: '右边距' } as const;

/** Paper, margins, areas: what holds for the whole template. */
export function SheetProperties({ content, onChange }: SheetPropertiesProps) {
  const { paper, margins, header, footer } = content;
  const set = (patch: Partial<PrintTemplateContent>) => onChange({ ...content, ...patch });
  const canTurn = paper === 'a4' || paper === 'a5';
  return (
    <>
      <h3>纸张</h3>
      <div className={styles.fields}>
        <span>纸张</span>
        <Select
          size="small"
          aria-label="纸张"
          value={paper}
          options={Object.entries(printPapers).map(([value, { label }]) => ({ value: value as typeof paper, label }))}
          onChange={(next) => set({ paper: next })}
        />
        {canTurn ? (
          <>
            <span>方向</span>
            <Select
              size="small"
              aria-label="方向"
              value={content.orientation}
              options={optionsOf({ portrait: '纵向', landscape: '横向' })}
              onChange={(orientation) => set({ orientation })}
            />
          </>
        ) : null}
        {paper === 'own' ? (
          <>
            <Millimetres
              label="纸宽"
              least={30}
              value={content.ownWidthMm}
              onChange={(ownWidthMm) => set({ ownWidthMm })}
            />
            <Checkbox
              checked={content.ownHeightMm === null}
              onChange={(event) => set({ ownHeightMm: event.target.checked ? null : 297 })}
            >
              卷纸
            </Checkbox>
            <span className="muted">长度随内容</span>
            {content.ownHeightMm === null ? null : (
              <Millimetres
                label="纸高"
                least={30}
                value={content.ownHeightMm}
                onChange={(ownHeightMm) => set({ ownHeightMm })}
              />
            )}
          </>
        ) : null}
        {(Object.keys(marginWords) as (keyof typeof marginWords)[]).map((side) => (
          <Millimetres
            key={side}
            label={marginWords[side]}
            value={margins[side]}
            onChange={(mm) => set({ margins: { ...margins, [side]: mm } })}
          />
        ))}
      </div>
      <h3>页面</h3>
      <div className={styles.fields}>
        <Checkbox checked={content.isTitleShown} onChange={(event) => set({ isTitleShown: event.target.checked })}>
          标题
        </Checkbox>
        <Input
          size="small"
          aria-label="单据标题"
          maxLength={60}
          value={content.title}
          onChange={(event) => set({ title: event.target.value })}
        />
        <span>每页行数</span>
        <InputNumber
          size="small"
          aria-label="每页行数"
          min={0}
          max={200}
          precision={0}
          style={{ width: '100%' }}
          value={content.rowsPerPage}
          onChange={(rowsPerPage) => set({ rowsPerPage: rowsPerPage ?? 0 })}
        />
        <span />
        <span className="muted">0 为排满为止</span>
        <Millimetres
          label="页眉高度"
          value={header.heightMm}
          onChange={(heightMm) => set({ header: { ...header, heightMm } })}
        />
        <span />
        <Checkbox
          checked={header.isRepeated}
          onChange={(event) => set({ header: { ...header, isRepeated: event.target.checked } })}
        >
          每页都印页眉
        </Checkbox>
        <Millimetres
          label="页脚高度"
          value={footer.heightMm}
          onChange={(heightMm) => set({ footer: { ...footer, heightMm } })}
        />
        <span />
        <Checkbox
          checked={footer.isRepeated}
          onChange={(event) => set({ footer: { ...footer, isRepeated: event.target.checked } })}
        >
          每页都印页脚
        </Checkbox>
        <span />
        <Checkbox
          checked={footer.isAtBottom}
          onChange={(event) => set({ footer: { ...footer, isAtBottom: event.target.checked } })}
        >
          页脚贴纸张下边
        </Checkbox>
      </div>
    </>
  );
}

type Column = PrintTemplateContent['table']['columns'][number];

/** Columns of the table and what stands below it. */
export function TableProperties({ type, content, onChange }: SheetPropertiesProps) {
  const { table } = content;
  const known = printTypeOf(type).columns;
  const set = (patch: Partial<PrintTemplateContent['table']>) =>
    onChange({ ...content, table: { ...table, ...patch } });
  const setColumns = (columns: Column[]) => set({ columns });
  const change = (index: number, patch: Partial<Column>) =>
    setColumns(table.columns.map((column, at) => (at === index ? { ...column, ...patch } : column)));
  const swap = (index: number) => {
    const columns = [...table.columns];
    const [moved] = columns.splice(index, 1);
    if (moved) columns.splice(index - 1, 0, moved);
    setColumns(columns);
  };
  const flags = { hasHeading: '表头', hasGrid: '边框', hasTotalRow: '合计行', hasWordsRow: '大写金额行' } as const;
  return (
    <>
      <h3>表格</h3>
      <div className={styles.fields}>
        <Millimetres label="字号" suffix="磅" least={5} value={table.sizePt} onChange={(sizePt) => set({ sizePt })} />
        <Millimetres label="行高" least={3} value={table.rowMm} onChange={(rowMm) => set({ rowMm })} />
      </div>
      <div style={{ margin: '8px 0' }}>
        {(Object.keys(flags) as (keyof typeof flags)[]).map((key) => (
          <Checkbox key={key} checked={table[key]} onChange={(event) => set({ [key]: event.target.checked })}>
            {flags[key]}
          </Checkbox>
        ))}
      </div>
      <h3>列（从左到右）</h3>
      {table.columns.map((column, index) => {
        const name = column.heading || known[column.field]?.label || `第 ${index + 1} 列`;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: columns have no identity but their order.
          <div key={index} className={styles.columnRow}>
            <Input
              size="small"
              aria-label={`列标题 ${name}`}
              value={column.heading}
              maxLength={40}
              onChange={(event) => change(index, { heading: event.target.value })}
            />
            <InputNumber
              size="small"
              aria-label={`列宽 ${name}`}
              min={3}
              max={1000}
              step={1}
              value={column.widthMm}
              style={{ width: '100%' }}
              onChange={(mm) => change(index, { widthMm: mm ?? 3 })}
            />
            <Select
              size="small"
              aria-label={`对齐 ${name}`}
              value={column.align}
              options={optionsOf(printAligns)}
              onChange={(align) => change(index, { align })}
            />
            <Select
              size="small"
              aria-label={`内容 ${name}`}
              value={column.field}
              options={Object.entries(known).map(([value, { label }]) => ({ value, label }))}
              onChange={(field) =>
                change(index, { field, hasTotal: column.hasTotal && known[field]?.kind === 'money' })
              }
            />
            <Button
              size="small"
              aria-label={`左移 ${name}`}
              disabled={index === 0}
              icon={<ArrowUpOutlined />}
              onClick={() => swap(index)}
            />
            <span style={{ display: 'flex', gap: 2 }}>
              <Button
                size="small"
                aria-label={`右移 ${name}`}
                disabled={index === table.columns.length - 1}
                icon={<ArrowDownOutlined />}
                onClick={() => swap(index + 1)}
              />
              <Button
                size="small"
                danger
                aria-label={`删除列 ${name}`}
                disabled={table.columns.length === 1}
                icon={<DeleteOutlined />}
                onClick={() => setColumns(table.columns.filter((_, at) => at !== index))}
              />
            </span>
            {known[column.field]?.kind === 'money' ? (
              <>
                <Select
                  size="small"
                  aria-label={`金额格式 ${name}`}
                  value={column.moneyFormat}
                  options={optionsOf(printMoneyFormats)}
                  onChange={(moneyFormat) => change(index, { moneyFormat })}
                />
                <Checkbox
                  checked={column.hasTotal}
                  onChange={(event) => change(index, { hasTotal: event.target.checked })}
                >
                  合计
                </Checkbox>
              </>
            ) : null}
          </div>
        );
      })}
      <Button
        size="small"
        block
        disabled={table.columns.length >= 16}
        onClick={() => {
          const [field = ''] = Object.keys(known);
          setColumns([
            ...table.columns,
            {
              field,
              heading: known[field]?.label ?? '',
              widthMm: 20,
              align: 'left',
              moneyFormat: 'grouped',
              hasTotal: false,
            },
          ]);
        }}
      >
        增加一列
      </Button>
    </>
  );
}
