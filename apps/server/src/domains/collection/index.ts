export { collectionBindings } from './collection.bindings.ts';
export { collectionRoutes } from './collection.routes.ts';
export { collectionToDo } from './collection.to-do.ts';
