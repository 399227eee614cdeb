/** As much of JSON Schema as the documents here use. */
interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly type?: 'object' | 'array' | 'string' | 'integer';
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/**
 * Where a value is not what a schema says, as paths; a property that the schema does not know is one
 * too, since a schema that leaves something out describes something else.
 */
export function violationsOf(value: unknown, schema: Schema, root = schema, at = '$'): string[] {
  if (schema.$ref !== undefined) {
    return violationsOf(value, root.$defs![schema.$ref.replace('#/$defs/', '')]!, root, at);
  }
  if (schema.anyOf !== undefined) {
    const all = schema.anyOf.map((one) => violationsOf(value, one, root, at));
    return all.some((violations) => violations.length === 0) ? [] : all[0]!;
  }
  if (!isOfType(value, schema.type)) return [`${at} is no ${schema.type}`];
  if (schema.const !== undefined && value !== schema.const) return [`${at} is ${value}`];
  if (schema.enum?.includes(value) === false) return [`${at} is ${value}`];
  if (schema.pattern && !new RegExp(schema.pattern).test(value as string))
    return [`${at}: ${value}`];
  if (Array.isArray(value)) {
    return value.flatMap((one, i) => violationsOf(one, schema.items!, root, `${at}[${i}]`));
  }
  return schema.type === 'object' ? ofProperties(value as object, schema, root, at) : [];
}

function ofProperties(
  value: object,
  { required = [], properties = {} }: Schema,
  root: Schema,
  at: string,
) {
  const missing = required
    .filter((name) => !(name in value))
    .map((name) => `${at}.${name} is missing`);
  const present = Object.entries(value).flatMap(([name, one]) => {
    const schema = properties[name];
    return schema === undefined
      ? [`${at}.${name} is unknown`]
      : violationsOf(one, schema, root, `${at}.${name}`);
  });
  return [...missing, ...present];
}

function isOfType(value: unknown, type: Schema['type']): boolean {
  if (type === 'array') return Array.isArray(value);
  if (type === 'object')
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return type === undefined || typeof value === type;
}
