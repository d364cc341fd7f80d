import { Button, Empty, Space } from 'antd';

interface ResourceEmptyProps {
  label: string;
  hint: string | undefined;
  isFiltered: boolean;
  onClear: () => void;
  onCreate: (() => void) | undefined;
  onImport: (() => void) | undefined;
}

/** An empty list says why it is empty and what to do first. */
export function ResourceEmpty({ label, hint, isFiltered, onClear, onCreate, onImport }: ResourceEmptyProps) {
  if (isFiltered) {
    return (
      <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={`没有符合条件的${label}`}>
        <Button onClick={onClear}>清空筛选</Button>
      </Empty>
    );
  }
  const usual = onCreate ? `还没有${label}。先新增一条${onImport ? '，或从表格导入' : ''}` : `还没有${label}`;
  return (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={hint ?? usual}>
      <Space>
        {onCreate ? (
          <Button type="primary" onClick={onCreate}>
            新增{label}
          </Button>
        ) : null}
        {onImport ? <Button onClick={onImport}>从表格导入</Button> : null}
      </Space>
    </Empty>
  );
}
