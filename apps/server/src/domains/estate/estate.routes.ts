import type { Route } from '../../platform/http/route.ts';
import { resourceRoutes } from '../../resource/index.ts';
import { estateBindings } from './estate.bindings.ts';

export const estateRoutes: Route[] = [...estateBindings.flatMap(resourceRoutes)];
