import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { shapeFaults } from './shape-faults.ts'
import { readYamlText } from './yaml-text.ts'

const shape = z.strictObject({ phone: z.string() })

function said(text: string): string {
  const parsed = shape.safeParse(readYamlText(text).value, { reportInput: true })
  return parsed.success
    ? ''
    : shapeFaults(shape, parsed.error, 'it')
        .map(({ says }) => says)
        .join(' ')
}

test('a text that YAML reads as something else is told with the quotes that it wants', () => {
  for (const written of ['6085550100', '0123', '+16085550100', '0o17', '1e5', '1.10'])
    assert.match(said(`phone: ${written}`), /^phone must be text, and this is read as a number: put quotes around it/)
  assert.match(said('phone: true'), /read as true or false: put quotes/)
  assert.match(said('phone:'), /nothing is written there/)
  assert.equal(said('phone: [a]'), 'phone must be text.')
  assert.equal(said('phone: "0123"'), '')
  assert.match(said('{}'), /is missing/)
})
