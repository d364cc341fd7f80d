import { ArrowDownOutlined, ArrowUpOutlined, SettingOutlined } from '@ant-design/icons';
import { Button, Checkbox, Popover, Tooltip } from 'antd';
import { type ArrangedColumn, type ColumnMemory, moveColumn, noColumnMemory } from './column-memory.ts';
import styles from './column-settings.module.css';

interface ColumnSettingsProps {
  columns: readonly ArrangedColumn[];
  memory: ColumnMemory;
  onChange: (memory: ColumnMemory) => void;
}

/** Which columns a list shows and in which order; remembered for the person. Works with the keyboard alone. */
export function ColumnSettings({ columns, memory, onChange }: ColumnSettingsProps) {
  const order = columns.map(({ key }) => key);
  const move = (key: string, step: 1 | -1) => onChange({ ...memory, order: moveColumn(order, key, step) });
  const content = (
    <div className={styles.panel}>
      <ul className={styles.list}>
        {columns.map(({ key, field, isShown }, index) => (
          <li key={key} className={styles.row}>
            <Checkbox
              checked={isShown}
              onChange={({ target }) => onChange({ ...memory, shown: { ...memory.shown, [key]: target.checked } })}
            >
              {field.label}
            </Checkbox>
            <span>
              <Button
                type="text"
                size="small"
                aria-label={`${field.label}上移`}
                icon={<ArrowUpOutlined />}
                disabled={index === 0}
                onClick={() => move(key, -1)}
              />
              <Button
                type="text"
                size="small"
                aria-label={`${field.label}下移`}
                icon={<ArrowDownOutlined />}
                disabled={index === columns.length - 1}
                onClick={() => move(key, 1)}
              />
            </span>
          </li>
        ))}
      </ul>
      <Button type="link" size="small" onClick={() => onChange(noColumnMemory)}>
        恢复默认
      </Button>
    </div>
  );
  return (
    <Popover content={content} trigger="click" placement="bottomRight" title="显示的列">
      <Tooltip title="列设置">
        <Button type="text" aria-label="列设置" icon={<SettingOutlined />} />
      </Tooltip>
    </Popover>
  );
}
