import { type PartnerScope, partnerScopeNames, partnerScopes } from '@anlin/contract';
import { Checkbox, Space } from 'antd';

interface ScopeBoxesProps {
  value?: PartnerScope[];
  onChange?: (value: PartnerScope[]) => void;
  /** Which can be ticked; all unless given. */
  among?: readonly PartnerScope[];
}

/** What an app may do, each with what that means. A form control. */
export function ScopeBoxes({ value = [], onChange, among = partnerScopeNames }: ScopeBoxesProps) {
  return (
    <Checkbox.Group value={value} onChange={(next) => onChange?.(next as PartnerScope[])}>
      <Space orientation="vertical" size={4}>
        {among.map((scope) => (
          <Checkbox key={scope} value={scope}>
            {partnerScopes[scope].label} <span className="muted">{partnerScopes[scope].note}</span>
          </Checkbox>
        ))}
      </Space>
    </Checkbox.Group>
  );
}
