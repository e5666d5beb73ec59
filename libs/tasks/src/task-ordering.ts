/** The fields that a list can be sorted by. Statuses and priorities sort in the order of their enum, not by spelling. */
export const ORDERABLE = [
  'created_at',
  'updated_at',
  'due_date',
  'completed_at',
  'priority',
  'status',
  'title',
] as const;

export interface OrderKey {
  field: (typeof ORDERABLE)[number];
  descending: boolean;
}

/** These fields can be null. Nulls come last in both directions. */
export const NULLABLE: ReadonlySet<OrderKey['field']> = new Set<OrderKey['field']>(['due_date', 'completed_at']);

export const NEWEST_FIRST: readonly OrderKey[] = [{ field: 'created_at', descending: true }];

/**
 * Parses an ordering such as `-due_date,priority`: most important key first, `-` for descending.
 * @returns undefined for an invalid text, and when a key occurs twice.
 */
export function parseOrdering(text: string): OrderKey[] | undefined {
  const keys = text.split(',').map((part): OrderKey | undefined => {
    const descending = part.startsWith('-');
    const name = descending ? part.slice(1) : part;
    const field = ORDERABLE.find((orderable) => orderable === name);
    return field && { field, descending };
  });
  if (!keys.every((key) => key !== undefined)) return undefined;
  return new Set(keys.map(({ field }) => field)).size === keys.length ? keys : undefined;
}
