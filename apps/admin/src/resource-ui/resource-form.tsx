import { ProblemError } from '@anlin/client';
import {
  enteredFields,
  type Field,
  type FieldProblem,
  nestCustom,
  type ResourceDefinition,
  type ResourceRow,
  resourceEndpoints,
} from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Form, Select, Skeleton, Space } from 'antd';
import { Fragment, type ReactNode, Suspense, useMemo, useState } from 'react';
import { call, errorText } from '../api/api.ts';
import { useSession } from '../session/session-context.ts';
import { useCommunity } from '../shell/community.ts';
import { controlOf } from './field-controls.tsx';
import { type FormSection, isShown, sectionsOf } from './form-sections.ts';
import { createBody, type FormValues, findProblems, newValues, updateBody, valuesOf } from './form-values.ts';
import styles from './resource-form.module.css';
import { isUploading } from './running-uploads.ts';

/** What a screen puts in the place of a field's usual control: any component with antd's `value` and `onChange`. */
export type ControlOverrides = Readonly<Record<string, (field: Field) => ReactNode>>;

interface ResourceFormProps {
  definition: ResourceDefinition;
  /** The row to change; absent: a new one. */
  row?: ResourceRow | undefined;
  controls?: ControlOverrides | undefined;
  initialValues?: FormValues | undefined;
  sections?: readonly FormSection[] | undefined;
  onClose: () => void;
  /** Told what was refused, besides its being shown. */
  onRefused?: ((error: unknown) => void) | undefined;
  /** Told the id of the row that was saved. */
  onSaved: (id: string) => void;
}

/** Form of one row in a drawer, for making it and for changing it. Refusals appear at the field they are about. */
export default function ResourceForm({
  definition,
  row,
  controls = {},
  initialValues,
  sections,
  onClose,
  onRefused,
  onSaved,
}: ResourceFormProps) {
  const { communities } = useSession();
  const { id: community } = useCommunity();
  const { message, modal } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<FormValues>();
  const [isTouched, setTouched] = useState(false);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const endpoints = useMemo(() => resourceEndpoints(definition), [definition]);
  const communityId: unknown = Form.useWatch('communityId', form);
  const verb = row ? '修改' : '新增';

  const showProblems = (found: readonly FieldProblem[], fallback: string) => {
    const [placed, others] = placeProblems(definition, found);
    form.setFields(placed.map(({ path, message: text }) => ({ name: path, errors: [text] })));
    setProblems(placed.length === 0 && others.length === 0 ? [fallback] : others);
    if (placed[0]) form.scrollToField(placed[0].path, { block: 'center', focus: true });
  };

  const save = useMutation({
    mutationFn: async (body: Record<string, unknown>) => {
      const nested = nestCustom(definition, body);
      if (!row) return (await call(endpoints.create, { body: nested })).id;
      await call(endpoints.update, { params: { id: row.id }, body: nested });
      return row.id;
    },
    onSuccess: async (id) => {
      message.success(`${definition.label}已保存`);
      await queries.invalidateQueries({ queryKey: [definition.name] });
      onSaved(id);
    },
    onError: (error) => {
      onRefused?.(error);
      showProblems(error instanceof ProblemError ? error.fields : [], errorText(error));
      // What is wrong with several fields together is said once in full, besides at each of them.
      if (error instanceof ProblemError && error.code === 'resource.duplicate') setProblems([error.detail]);
    },
  });

  const submit = (values: FormValues) => {
    if (isUploading()) return setProblems(['文件还在上传，请等它传完再保存']);
    const body = row ? updateBody(definition, row, values) : createBody(definition, values);
    const found = findProblems(definition, body, row ? 'update' : 'create');
    if (found.length > 0) return showProblems(found, '');
    setProblems([]);
    save.mutate(body);
  };

  const close = () => {
    if (!isTouched || save.isPending) return onClose();
    modal.confirm({
      title: '放弃没有保存的内容？',
      okText: '放弃',
      cancelText: '继续填写',
      okButtonProps: { danger: true },
      onOk: onClose,
    });
  };

  return (
    <Drawer
      open
      size={640}
      title={`${verb}${definition.label}`}
      onClose={close}
      mask={{ closable: false }}
      footer={
        <Space className={styles.footer ?? ''}>
          <Button onClick={close}>取消</Button>
          <Button type="primary" loading={save.isPending} onClick={form.submit}>
            保存
          </Button>
        </Space>
      }
    >
      {problems.length === 0 ? null : (
        <Alert type="error" showIcon role="alert" title={problems.join('；')} style={{ marginBottom: 16 }} />
      )}
      <Form<FormValues>
        form={form}
        layout="vertical"
        className={styles.grid ?? ''}
        initialValues={
          row ? valuesOf(definition, row) : { communityId: community, ...newValues(definition, initialValues) }
        }
        onFinish={submit}
        onValuesChange={(changed: FormValues) => {
          setTouched(true);
          // What was said about the old value does not hold for the new one.
          form.setFields(Object.keys(changed).map((name) => ({ name, errors: [] })));
        }}
      >
        {definition.isCommunityScoped && !row ? (
          <Form.Item name="communityId" label="小区" required className={styles.wide ?? ''}>
            <Select
              placeholder="请选择小区"
              showSearch={{ optionFilterProp: 'label' }}
              options={communities.map(({ id, name }) => ({ value: id, label: name }))}
            />
          </Form.Item>
        ) : null}
        {sectionsOf(enteredFields(definition), sections).map(({ title, isTight, fields }) => (
          <Fragment key={title}>
            {title === '' ? null : (
              <WhereShown fields={fields} row={row}>
                <h3 className={styles.heading}>{title}</h3>
              </WhereShown>
            )}
            {fields.map(([key, field]) => (
              <WhereShown key={key} fields={[[key, field]]} row={row}>
                <Form.Item
                  name={key}
                  label={field.label}
                  required={field.isRequired ?? false}
                  extra={field.help}
                  className={(controlOf(field).isWide ? styles.wide : isTight ? styles.third : undefined) ?? ''}
                >
                  {controls[key]?.(field) ?? (
                    <FieldInput field={field} communityId={row?.communityId ?? textOf(communityId)} />
                  )}
                </Form.Item>
              </WhereShown>
            ))}
          </Fragment>
        ))}
        <button type="submit" hidden aria-hidden="true" tabIndex={-1} />
      </Form>
    </Drawer>
  );
}

interface WhereShownProps {
  fields: readonly [string, Field][];
  row: ResourceRow | undefined;
  children: ReactNode;
}

/** What is inside, where one of the fields has its place in the form. */
function WhereShown({ fields, row, children }: WhereShownProps) {
  const form = Form.useFormInstance<FormValues>();
  const chosen: unknown = Form.useWatch(fields[0]?.[1].shownFor?.field ?? '', form);
  return fields.some(([key, field]) => isShown(field, chosen, row?.[key])) ? children : null;
}

/** Hands on what Form.Item injects (`id`, `value`, `onChange`) to the control of the field's kind. */
function FieldInput({ field, ...rest }: { field: Field; communityId: string | undefined }) {
  const Control = controlOf(field).FormItem;
  return (
    <Suspense fallback={<Skeleton.Input active block />}>
      <Control field={field} {...rest} />
    </Suspense>
  );
}

/** Problems that belong to a field of the form, and the sentences of those that do not. */
function placeProblems(definition: ResourceDefinition, found: readonly FieldProblem[]): [FieldProblem[], string[]] {
  const placed: FieldProblem[] = [];
  const others: string[] = [];
  for (const { path, message } of found) {
    const key = path.split('.').find((part) => part in definition.fields || part === 'communityId');
    if (key === undefined) others.push(message);
    else placed.push({ path: key, message });
  }
  return [placed, others];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
