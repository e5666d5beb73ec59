import type { DataSource } from 'typeorm';

/**
 * Makes entities from the rows of a statement of our own. It uses TypeORM's columns and transformers, but not its query builder and
 * hydration, which took 0.2 ms for an upload.
 */
export class EntityRows<Entity extends object> {
  constructor(
    private readonly dataSource: DataSource,
    private readonly target: new () => Entity,
  ) {}

  /** SQL that selects all columns of the entity from its table. */
  get select(): string {
    const { columns, tableName } = this.metadata;
    return `SELECT ${columns.map(({ databaseName }) => `"${databaseName}"`).join(', ')} FROM "${tableName}"`;
  }

  of(row: Record<string, unknown>): Entity {
    const entity = new this.target() as Record<string, unknown>;
    for (const { databaseName, propertyName, transformer } of this.metadata.columns) {
      const stored = row[databaseName];
      entity[propertyName] = transformer && !Array.isArray(transformer) ? transformer.from(stored) : stored;
    }
    return entity as Entity;
  }

  private get metadata() {
    return this.dataSource.getMetadata(this.target);
  }
}
