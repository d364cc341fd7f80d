import { columnName, type Field, platformFail } from '@anlin/contract';
import type { ResourceBinding } from './binding.ts';

interface DatabaseFailure {
  code?: string;
  constraint?: string;
  table?: string;
  column?: string;
}

/** A broken constraint as a refusal a person understands; anything else as it came. */
export function constraintFailure(binding: ResourceBinding, error: unknown, isDeletion = false): unknown {
  const { code, constraint = '', table = '', column } = error as DatabaseFailure;
  const { definition } = binding;
  if (code === '23505') {
    const keys = duplicateKeys(binding, constraint);
    const labels = keys.map((key) => definition.fields[key]?.label ?? key).join('、') || '唯一项';
    const message = keys.length === 1 ? `已有相同的${labels}` : `已有${labels}都相同的${definition.label}`;
    return platformFail(
      'resource.duplicate',
      { label: definition.label, fields: labels },
      keys.map((path) => ({ path, message })),
    );
  }
  if (code === '23502') {
    const entry = Object.entries(definition.fields).find(([key, field]) => columnName(key, field) === column);
    if (entry) {
      const message = `请填写${entry[1].label}`;
      return platformFail('request.invalid', { count: 1, first: message }, [{ path: entry[0], message }]);
    }
  }
  if (code === '23503' && isDeletion) {
    const users = binding.targets.tableLabels.get(table.replace(/_tag$/, '')) ?? '其他数据';
    return platformFail('resource.inUse', { label: definition.label, users });
  }
  return error;
}

/** Under row-level security PostgreSQL does not say which columns collided; the constraint's name does. */
function duplicateKeys({ definition }: ResourceBinding, constraint: string): readonly string[] {
  const columnsOf = (keys: readonly string[]) =>
    keys.map((key) => columnName(key, definition.fields[key] as Pick<Field, 'column'>));
  return (
    definition.unique.find((keys) => columnsOf(keys).every((name) => constraint.includes(`_${name}_`))) ??
    definition.unique[0] ??
    []
  );
}
