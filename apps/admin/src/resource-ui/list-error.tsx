import { Alert } from 'antd';
import { errorText } from '../api/api.ts';

/** Why a list did not come. Seldom needed: loaded when it is. */
export default function ListError({ error }: { error: unknown }) {
  return <Alert type="error" showIcon title={errorText(error)} />;
}
