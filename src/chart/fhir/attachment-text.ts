import { isUtf8 } from 'node:buffer'

/**
 * The text in the bytes of an attachment. Bytes that are valid UTF-8 are that, whatever is said of them; others are what `charset` in their type
 * names, else what most systems that name nothing write.
 */
export function attachmentText(bytes: Uint8Array, contentType: string | undefined): string {
  const named = charsetIn(contentType)
  const isWide = named !== undefined && /^utf-?16/i.test(named)
  if (!isWide && isUtf8(bytes)) return new TextDecoder('utf-8').decode(bytes)
  return (decoderOf(named) ?? new TextDecoder('windows-1252')).decode(bytes)
}

function charsetIn(contentType: string | undefined): string | undefined {
  return /;\s*charset\s*=\s*"?([\w.:-]{1,40})"?/i.exec(contentType ?? '')?.[1]
}

/** Undefined for a name that nobody knows, and for UTF-8: such bytes are none. */
function decoderOf(charset: string | undefined): InstanceType<typeof TextDecoder> | undefined {
  if (charset === undefined || /^utf-?8$/i.test(charset)) return undefined
  try {
    return new TextDecoder(charset)
  } catch {
    return undefined
  }
}
