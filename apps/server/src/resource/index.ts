export { batchEdit } from './batch-edit.ts';
export {
  defineResources,
  fileOwnerKinds,
  type PreparedWrite,
  type ResourceBinding,
  type ResourceTargets,
  type Values,
} from './binding.ts';
export { customFacts } from './custom/custom-facts.ts';
export { customFieldRoutes } from './custom/custom-field.routes.ts';
export { readCustomValues, type ValueChange, writeCustomValues } from './custom/custom-values.ts';
export { asCompanyHasIt, customFieldsOf } from './custom/read-custom-fields.ts';
export { exportResource } from './export-resource.ts';
export { getRow } from './get-row.ts';
export { likeText, whereClause } from './list-filter.ts';
export { listRows, type ResourceList } from './list-rows.ts';
export { maskPhone } from './mask-phone.ts';
export { matchingRows } from './matching-rows.ts';
export { resourceRoutes } from './resource.routes.ts';
export { resourceDeletion } from './resource-deletion.ts';
export { tagRows, tagRowsWhere } from './tag-rows.ts';
export { ownFilesOf, writeOwnFields } from './write-own-fields.ts';
export { createRow, deleteRow, updateRow } from './write-row.ts';
