import { type AttachedFile, companyMark, editCompany, getCompany } from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form, Input, Skeleton } from 'antd';
import { call, errorText, sessionKey } from '../../api/api.ts';
import { PageFrame } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import styles from './organisation.module.css';
import { PictureField } from './picture-field.tsx';

const companyKey = [getCompany.id];

interface CompanyForm {
  name: string;
  contact: string;
  phone: string;
  address: string;
  logo: AttachedFile[];
}

export default function CompanyScreen() {
  const { data, error } = useQuery({ queryKey: companyKey, queryFn: () => call(getCompany) });
  return (
    <PageFrame help="公司名称和标志印在收据、通知等单据的抬头。">
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {data ? <CompanyCard key={data.version} company={data} /> : <Skeleton active />}
    </PageFrame>
  );
}

function CompanyCard({ company }: { company: CompanyForm & { version: number } }) {
  const mayEdit = useCan()('company.edit');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: ({ logo, ...facts }: CompanyForm) =>
      call(editCompany, { body: { ...facts, version: company.version, logoFileId: logo[0]?.id ?? null } }),
    async onSuccess() {
      message.success('公司信息已保存');
      await Promise.all(
        [companyKey, [companyMark.id], sessionKey].map((queryKey) => queries.invalidateQueries({ queryKey })),
      );
    },
  });
  return (
    <div className={styles.card}>
      <Form<CompanyForm>
        layout="vertical"
        className={styles.form ?? ''}
        disabled={!mayEdit}
        initialValues={company}
        onFinish={(values) => save.mutate(values)}
      >
        <Form.Item
          name="name"
          label="公司名称"
          rules={[{ required: true, whitespace: true, message: '请填写公司名称' }]}
        >
          <Input maxLength={60} />
        </Form.Item>
        <div className={styles.pair}>
          <Form.Item name="contact" label="联系人">
            <Input maxLength={40} />
          </Form.Item>
          <Form.Item name="phone" label="电话">
            <Input maxLength={20} />
          </Form.Item>
        </div>
        <Form.Item name="address" label="地址">
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="logo" label="标志" extra="印在收据抬头左侧，建议用正方形、白底的图片">
          <PictureField label="标志" />
        </Form.Item>
        {save.error ? <Alert type="error" showIcon title={errorText(save.error)} style={{ marginBottom: 16 }} /> : null}
        {mayEdit ? (
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            保存
          </Button>
        ) : null}
      </Form>
    </div>
  );
}
