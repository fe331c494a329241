import type { ServerResponse } from 'node:http'

export function send(
  response: ServerResponse,
  status: number,
  body: object,
  headers: { [name: string]: string } = {},
): void {
  response.writeHead(status, { 'content-type': 'application/fhir+json', ...headers })
  response.end(JSON.stringify(body))
}

export function outcome(code: string, diagnostics: string, severity = 'error'): object {
  return { resourceType: 'OperationOutcome', issue: [{ severity, code, diagnostics }] }
}
