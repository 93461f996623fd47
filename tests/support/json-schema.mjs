// As much of JSON Schema 2020-12 as the product's own OpenAPI document uses. A keyword that it does not know is an
// error, so that no promise goes unchecked.

const KNOWN = new Set([
  '$ref', 'type', 'properties', 'required', 'items', 'enum', 'const', 'oneOf', 'anyOf', 'allOf', 'additionalProperties',
  'minimum', 'maximum', 'exclusiveMinimum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'pattern', 'prefixItems',
  'propertyNames', '$defs', '$schema', '$id',
  // Words for people.
  'description', 'title', 'format', 'example', 'examples', 'default', 'deprecated', 'readOnly', 'writeOnly', 'discriminator',
]);

const typeOf = (value) => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (Number.isInteger(value)) return 'integer';
  return typeof value;
};

const isOfType = (value, type) => typeOf(value) === type || (type === 'number' && typeof value === 'number');

/**
 * What is wrong with a value by a schema of the document: a list of sentences, empty when nothing is. Stricter than the
 * standard in one point: a field that is not described is a fault, unless the schema is only a part (`allOf`) of one.
 */
export function conforms(document, schema, value, where = '', partial = false) {
  const faults = [];
  const fault = (text) => faults.push(`${where || '/'}: ${text}`);
  const also = (part, inner, at, isPart = false) => faults.push(...conforms(document, part, inner, at, isPart));
  if (schema === true || schema === undefined) return faults;
  for (const keyword of Object.keys(schema)) {
    if (!KNOWN.has(keyword)) throw new Error(`keyword ${keyword} of ${where} is not checked`);
  }
  if (schema.$ref) {
    const target = schema.$ref.slice(2).split('/').reduce((node, name) => node?.[name], document);
    if (!target) throw new Error(`${schema.$ref} leads nowhere`);
    also(target, value, where, partial);
  }
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.some((type) => isOfType(value, type))) {
    fault(`${typeOf(value)} is not ${types.join(' or ')}`);
    return faults;
  }
  if (schema.enum && !schema.enum.includes(value)) fault(`${JSON.stringify(value)} is not one of ${schema.enum}`);
  if ('const' in schema && schema.const !== value) fault(`is not ${schema.const}`);
  if (typeof value === 'number') {
    if (value < schema.minimum) fault(`${value} is below ${schema.minimum}`);
    if (value > schema.maximum) fault(`${value} is above ${schema.maximum}`);
    if (value <= schema.exclusiveMinimum) fault(`${value} is not above ${schema.exclusiveMinimum}`);
  }
  if (typeof value === 'string') {
    if (value.length < schema.minLength || value.length > schema.maxLength) fault(`${value.length} letters`);
    if (schema.pattern && !new RegExp(schema.pattern, 'u').test(value)) fault(`${value} does not match ${schema.pattern}`);
  }
  if (Array.isArray(value)) {
    if (value.length < schema.minItems || value.length > schema.maxItems) fault(`${value.length} items`);
    for (const [n, inner] of value.entries()) {
      const part = schema.prefixItems?.[n] ?? schema.items;
      if (part === false) fault(`item ${n} is too many`);
      else also(part, inner, `${where}/${n}`);
    }
  } else if (value !== null && typeof value === 'object') {
    for (const name of schema.required ?? []) if (!(name in value)) fault(`\`${name}\` is missing`);
    for (const [name, inner] of Object.entries(value)) {
      const part = schema.properties?.[name];
      if (part) also(part, inner, `${where}/${name}`);
      else if (schema.additionalProperties === false) fault(`\`${name}\` is not documented`);
      else if (typeof schema.additionalProperties === 'object') also(schema.additionalProperties, inner, `${where}/${name}`);
      else if (schema.properties && schema.additionalProperties === undefined && !partial) fault(`\`${name}\` is not documented`);
    }
  }
  for (const part of schema.allOf ?? []) also(part, value, where, true);
  for (const kind of ['oneOf', 'anyOf']) {
    if (!schema[kind]) continue;
    const tried = schema[kind].map((part) => conforms(document, part, value, where));
    if (!tried.some((result) => result.length === 0)) fault(`fits none of ${kind}: ${tried.map((t) => t[0]).join('; ')}`);
  }
  return faults;
}
