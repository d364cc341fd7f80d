import { invoiceTitleResource, isTaxNumber, type ResourceDefinition } from '@anlin/contract';
import type { Importer, ImportTarget } from './importer.ts';
import { resourceImporter } from './resource.importer.ts';
import type { ResourceRow } from './write-resource-rows.ts';

/** People are not looked up by name: one name may be several residents. */
const { residentId: _, ...fields } = invoiceTitleResource.fields;
const definition: ResourceDefinition = { ...invoiceTitleResource, fields };

const plain = resourceImporter({
  definition,
  columns: {
    kind: { choices: { company: ['企业', '公司'], person: ['个人'] } },
    name: { example: '成都云栖商贸有限公司' },
    taxNumber: { example: '91510100MA61RD0M2L' },
    houseId: { hint: '房号或完整房屋名称，如 1-1-101、1栋1单元101；不属于某套房屋的留空', example: '1-1-101' },
  },
});

/** The title book (抬头簿): as any resource, with the tax number's check digit looked at row by row. */
export const invoiceTitleImporter: Importer<ResourceRow> = {
  ...plain,
  examine(target: ImportTarget) {
    const examination = plain.examine(target);
    return {
      ...examination,
      complete(values, ...rest) {
        const taxNumber = typeof values.taxNumber === 'string' ? values.taxNumber.toUpperCase() : '';
        const message = problemOf(values.kind, taxNumber);
        if (message) return { isOk: false, problems: [{ key: 'taxNumber', message }] };
        return examination.complete({ ...values, taxNumber }, ...rest);
      },
    };
  },
};

function problemOf(kind: unknown, taxNumber: string): string | null {
  if (kind === 'company' && taxNumber === '') return '抬头是单位的，须填写统一社会信用代码';
  if (taxNumber !== '' && !isTaxNumber(taxNumber)) return `统一社会信用代码“${taxNumber}”的校验码不对，请核对`;
  return null;
}
