// The checker of answers is not blind.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conforms } from './json-schema.mjs';

const document = {
  components: {
    schemas: {
      Money: {
        type: 'object',
        required: ['amount', 'currency'],
        properties: { amount: { type: 'integer', minimum: 0 }, currency: { type: 'string', pattern: '^[A-Z]{3}$' } },
      },
    },
  },
};
const money = { $ref: '#/components/schemas/Money' };
const faults = (schema, value) => conforms(document, schema, value);

test('a good value has no faults', () => {
  assert.deepEqual(faults(money, { amount: 5, currency: 'EUR' }), []);
  assert.deepEqual(faults({ type: 'array', items: money, maxItems: 1 }, [{ amount: 5, currency: 'EUR' }]), []);
  assert.deepEqual(faults({ oneOf: [{ type: 'null' }, money] }, null), []);
  assert.deepEqual(faults({ allOf: [money, { type: 'object', properties: { note: { type: 'string' } } }] }, { amount: 5, currency: 'EUR', note: '' }), []);
});

test('every kind of fault is found', () => {
  const wrong = [
    [money, null],
    [money, []],
    [money, { amount: 5 }],
    [money, { amount: 5.5, currency: 'EUR' }],
    [money, { amount: -1, currency: 'EUR' }],
    [money, { amount: 5, currency: 'eur' }],
    [money, { amount: 5, currency: 'EUR', more: 1 }],
    [{ type: 'array', items: money }, [{}]],
    [{ type: 'array', maxItems: 1 }, [1, 2]],
    [{ type: ['string', 'null'] }, 1],
    [{ enum: ['A'] }, 'B'],
    [{ const: 'A' }, 'B'],
    [{ oneOf: [{ type: 'null' }, money] }, 1],
    [{ type: 'object', additionalProperties: { type: 'integer' } }, { a: 'b' }],
    [{ type: 'string', minLength: 1 }, ''],
  ];
  for (const [schema, value] of wrong) {
    assert.notDeepEqual(faults(schema, value), [], `${JSON.stringify(value)} passed ${JSON.stringify(schema)}`);
  }
});

test('a keyword that it does not know is not passed over', () => {
  assert.throws(() => faults({ unevaluatedProperties: false }, {}), /unevaluatedProperties/);
});
