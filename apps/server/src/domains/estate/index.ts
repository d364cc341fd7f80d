export {
  buildingBinding,
  communityBinding,
  estateBindings,
  houseBinding,
  parkingSpaceBinding,
  plateOf,
  tagBinding,
  unitBinding,
  vehicleBinding,
} from './estate.bindings.ts';
export { estateRoutes } from './estate.routes.ts';
export { houseNames, searchKeyOf } from './house-name.ts';
export { type NamePinyin, pinyinOf } from './resident-name.ts';
