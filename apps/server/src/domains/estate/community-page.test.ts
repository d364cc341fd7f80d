import { communityPagePath, communityResource, resourceEndpoints } from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp } from '../../../test/test-app.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());
const communities = resourceEndpoints(communityResource);

describe('the page behind the code of a community', () => {
  it('tells anybody the name, the service phones and how to register, and nothing else', async () => {
    const company = await server.company('安心物业');
    const admin = await company.person('管理员');
    const id = company.communityId;
    const { version } = await admin.call(communities.get, { params: { id } });
    const edit = (more: object) => admin.call(communities.update, { params: { id }, body: { version, ...more } });
    const wrong = await refusal(edit({ otherPhones: '工程部' }));
    expect(wrong.detail).toContain('末尾没有电话号码');
    await edit({
      ...{ name: '翠湖<花园>', servicePhone: '0755-12345678', otherPhones: '工程 0755-87654321\n13800138000' },
      ...{ registrationMode: 'closed', note: '内部备注' },
    });
    const { statusCode, headers, body } = await server.app.inject({ url: communityPagePath(company.id, id) });
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toContain('text/html');
    expect(body).toContain('翠湖&lt;花园&gt;');
    for (const text of [
      'tel:0755-12345678',
      '工程',
      'tel:0755-87654321',
      'tel:13800138000',
      '安心物业',
      '由工作人员登记住户',
    ])
      expect(body).toContain(text);
    for (const text of ['内部备注', '<script', '<花园>']) expect(body).not.toContain(text);
  });

  it('is not found under another company', async () => {
    const [one, other] = [await server.company(), await server.company('别家物业')];
    const { statusCode } = await server.app.inject({ url: communityPagePath(other.id, one.communityId) });
    expect(statusCode).toBe(404);
  });
});
