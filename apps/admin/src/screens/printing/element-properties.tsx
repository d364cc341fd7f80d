import {
  listPrintImages,
  type PrintElement,
  type PrintTemplateContent,
  type PrintType,
  printAligns,
  printElementKinds,
  printMoneyFormats,
  printTypeOf,
} from '@anlin/contract';
import { elementName } from '@anlin/print-layout';
import { useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Input, InputNumber, Select } from 'antd';
import { call } from '../../api/api.ts';
import styles from './designer.module.css';
import { UploadImage } from './upload-image.tsx';

export const optionsOf = <T extends string>(words: Readonly<Record<T, string>>) =>
  (Object.entries(words) as [T, string][]).map(([value, label]) => ({ value, label }));

interface MillimetresProps {
  label: string;
  value: number;
  onChange: (mm: number) => void;
  least?: number;
  step?: number;
  suffix?: string;
}

/** A number of mm with its label, as one row of the properties. */
export function Millimetres({ label, value, onChange, least = 0, step = 0.5, suffix = '毫米' }: MillimetresProps) {
  return (
    <>
      <span>{label}</span>
      <InputNumber
        size="small"
        aria-label={label}
        min={least}
        max={1000}
        step={step}
        value={Math.round(value * 100) / 100}
        suffix={suffix}
        style={{ width: '100%' }}
        onChange={(next) => (next === null ? undefined : onChange(next))}
      />
    </>
  );
}

interface ElementPropertiesProps {
  type: PrintType;
  communityId: string | null;
  content: PrintTemplateContent;
  element: PrintElement;
  onChange: (patch: Partial<PrintElement>) => void;
  onRemove: () => void;
}

/** Everything about the chosen element. */
export function ElementProperties({ type, communityId, element, onChange, onRemove }: ElementPropertiesProps) {
  const { fields } = printTypeOf(type);
  const hasWords = element.kind === 'field' || element.kind === 'text';
  return (
    <>
      <h3>
        {printElementKinds[element.kind]}：{elementName(type, element)}
      </h3>
      <div className={styles.fields}>
        {element.kind === 'field' || element.kind === 'qr' ? (
          <>
            <span>显示内容</span>
            <Select
              size="small"
              aria-label="显示内容"
              value={element.field}
              options={Object.entries(fields).map(([value, { label }]) => ({ value, label }))}
              onChange={(field) => onChange({ field })}
            />
          </>
        ) : null}
        {element.kind === 'field' ? (
          <>
            <Checkbox
              checked={element.isLabelShown}
              onChange={(event) => onChange({ isLabelShown: event.target.checked })}
            >
              标题
            </Checkbox>
            <Input
              size="small"
              aria-label="标题文字"
              maxLength={60}
              value={element.label}
              onChange={(event) => onChange({ label: event.target.value })}
            />
          </>
        ) : null}
        {element.kind === 'text' ? (
          <>
            <span>文字</span>
            <Input.TextArea
              aria-label="文字内容"
              autoSize={{ minRows: 2, maxRows: 6 }}
              maxLength={500}
              value={element.text}
              onChange={(event) => onChange({ text: event.target.value })}
            />
          </>
        ) : null}
        {element.kind === 'field' && fields[element.field]?.kind === 'money' ? (
          <>
            <span>金额格式</span>
            <Select
              size="small"
              aria-label="金额格式"
              value={element.moneyFormat}
              options={optionsOf(printMoneyFormats)}
              onChange={(moneyFormat) => onChange({ moneyFormat })}
            />
          </>
        ) : null}
        {hasWords ? (
          <>
            <Millimetres
              label="字号"
              suffix="磅"
              least={5}
              value={element.sizePt}
              onChange={(sizePt) => onChange({ sizePt })}
            />
            <span>对齐</span>
            <Select
              size="small"
              aria-label="对齐"
              value={element.align}
              options={optionsOf(printAligns)}
              onChange={(align) => onChange({ align })}
            />
            <span />
            <span>
              <Checkbox checked={element.isBold} onChange={(event) => onChange({ isBold: event.target.checked })}>
                加粗
              </Checkbox>
              <Checkbox checked={element.isFramed} onChange={(event) => onChange({ isFramed: event.target.checked })}>
                加框
              </Checkbox>
            </span>
          </>
        ) : null}
        <Millimetres label="左" value={element.x} onChange={(x) => onChange({ x })} />
        <Millimetres label="上" value={element.y} onChange={(y) => onChange({ y })} />
        <Millimetres label="宽" value={element.width} onChange={(width) => onChange({ width })} />
        <Millimetres label="高" value={element.height} onChange={(height) => onChange({ height })} />
        {element.kind === 'line' || element.kind === 'box' ? (
          <Millimetres
            label="线宽"
            step={0.05}
            least={0.1}
            value={element.lineMm}
            onChange={(lineMm) => onChange({ lineMm })}
          />
        ) : null}
        {element.kind === 'image' ? (
          <ImageChoice
            communityId={communityId}
            value={element.imageId}
            onChange={(imageId) => onChange({ imageId })}
          />
        ) : null}
      </div>
      <Button size="small" danger style={{ marginTop: 10 }} onClick={onRemove}>
        删除元素
      </Button>
    </>
  );
}

function ImageChoice({
  communityId,
  value,
  onChange,
}: {
  communityId: string | null;
  value: string | null;
  onChange: (imageId: string) => void;
}) {
  const { data } = useQuery({
    queryKey: ['print', 'images', communityId],
    queryFn: () => call(listPrintImages, { query: { communityId: communityId ?? undefined } }),
  });
  return (
    <>
      <span>图片</span>
      <span>
        <Select
          size="small"
          aria-label="选择图片"
          style={{ width: '100%' }}
          value={value}
          options={(data?.images ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          onChange={onChange}
        />
        <UploadImage communityId={communityId} isSeal={false} onAdded={({ id }) => onChange(id)} />
      </span>
    </>
  );
}
