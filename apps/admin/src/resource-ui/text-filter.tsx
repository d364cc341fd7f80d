import { Input } from 'antd';
import { useState } from 'react';

interface TextFilterProps {
  label: string;
  text: string;
  onCommit: (text: string) => void;
  prefix?: React.ReactNode;
  placeholder?: string;
}

/** A text that is searched for when the person presses Enter, leaves the box or clears it, not at every letter. */
export function TextFilter({ label, text, onCommit, prefix, placeholder }: TextFilterProps) {
  const [typed, setTyped] = useState({ text, base: text });
  // The address changed under the box (a saved filter, the back button): show what it says now.
  const shown = typed.base === text ? typed.text : text;
  const commit = (next: string) => {
    if (next.trim() !== text) onCommit(next.trim());
  };
  return (
    <Input
      allowClear
      prefix={prefix}
      placeholder={placeholder ?? '包含…'}
      aria-label={label}
      maxLength={60}
      value={shown}
      onChange={(event) => {
        setTyped({ text: event.target.value, base: text });
        if (event.target.value === '') commit('');
      }}
      onPressEnter={() => commit(shown)}
      onBlur={() => commit(shown)}
    />
  );
}
