import { z } from 'zod';

/** Where files are when they are in an S3-compatible bucket: MinIO, 阿里云 OSS, 腾讯云 COS, AWS. */
export interface S3Settings {
  /** Without the bucket: https://oss-cn-hangzhou.aliyuncs.com */
  endpoint: string;
  bucket: string;
  region: string;
  accessKey: string;
  secretKey: string;
  /** `<endpoint>/<bucket>/<key>` rather than `<bucket>.<endpoint>/<key>`. */
  isPathStyle: boolean;
}

const names = ['ANLIN_S3_ENDPOINT', 'ANLIN_S3_BUCKET', 'ANLIN_S3_KEY', 'ANLIN_S3_SECRET'] as const;

const text = z.object({
  ANLIN_S3_ENDPOINT: z.url({
    protocol: /^https?$/,
    error: 'ANLIN_S3_ENDPOINT 应为不含存储桶的地址，如 https://oss-cn-hangzhou.aliyuncs.com',
  }),
  ANLIN_S3_BUCKET: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'ANLIN_S3_BUCKET 应为存储桶的名称'),
  ANLIN_S3_REGION: z.string().min(1, 'ANLIN_S3_REGION 不能为空').default('us-east-1'),
  ANLIN_S3_KEY: z.string().min(1),
  ANLIN_S3_SECRET: z.string().min(1),
  ANLIN_S3_PATH_STYLE: z.enum(['0', '1'], 'ANLIN_S3_PATH_STYLE 应为 0 或 1').default('1'),
});

/** Reads the environment; undefined where files stay on the disk. Half a setting, or a wrong one, is an error in Chinese. */
export function readS3Settings(environment: Record<string, string | undefined>): S3Settings | undefined {
  const missing = names.filter((name) => !environment[name]);
  if (missing.length === names.length) return undefined;
  if (missing.length > 0) throw new Error(`环境变量不对：文件要存到 S3，还缺 ${missing.join('、')}`);
  const parsed = text.safeParse(environment);
  if (!parsed.success) throw new Error(`环境变量不对：${parsed.error.issues.map((issue) => issue.message).join('；')}`);
  const given = parsed.data;
  return {
    endpoint: given.ANLIN_S3_ENDPOINT.replace(/\/+$/, ''),
    bucket: given.ANLIN_S3_BUCKET,
    region: given.ANLIN_S3_REGION,
    accessKey: given.ANLIN_S3_KEY,
    secretKey: given.ANLIN_S3_SECRET,
    isPathStyle: given.ANLIN_S3_PATH_STYLE === '1',
  };
}

/** Address of the bucket, without a slash at its end. */
export function bucketUrl({ endpoint, bucket, isPathStyle }: S3Settings): string {
  return isPathStyle ? `${endpoint}/${bucket}` : endpoint.replace('://', `://${bucket}.`);
}
