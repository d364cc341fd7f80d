import { fieldsEndpoint, type ResourceDefinition, withCustomFields } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { call } from '../api/api.ts';

/** Query key of the fields a company added to a resource. */
export const customFieldsKey = (resource: string) => [resource, 'fields'] as const;

/** The definition as this company has it: with fields of its own (PLT-8). `undefined` while they are being asked for. */
export function useCompanyDefinition(definition: ResourceDefinition): {
  definition: ResourceDefinition | undefined;
  error: Error | null;
} {
  const isAsked = definition.hasCustomFields === true;
  const { data, error } = useQuery({
    queryKey: customFieldsKey(definition.borrowed?.resource ?? definition.name),
    queryFn: async ({ signal }) => (await call(fieldsEndpoint(definition), { signal })).custom,
    enabled: isAsked,
    staleTime: 60_000,
  });
  const own = useMemo(() => {
    if (!isAsked) return definition;
    return data && (data.length === 0 ? definition : withCustomFields(definition, data));
  }, [definition, data, isAsked]);
  return { definition: own, error };
}
