import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import type { SheetValues } from './paper.ts'

/** The child of the press: sheet values in, PDF out, one at a time. Only fonts that we ship are seen, so every machine makes the same pages. */
const require = createRequire(import.meta.url)
const fonts = [
  ...[
    '400Regular/AtkinsonHyperlegibleNext_400Regular',
    '400Regular_Italic/AtkinsonHyperlegibleNext_400Regular_Italic',
    '700Bold/AtkinsonHyperlegibleNext_700Bold',
  ].map((file) => ['@expo-google-fonts/atkinson-hyperlegible-next', file] as const),
  ...['400Regular/NotoSans_400Regular', '700Bold/NotoSans_700Bold'].map(
    (file) => ['@expo-google-fonts/noto-sans', file] as const,
  ),
].map(([name, file]) => readFileSync(join(dirname(require.resolve(`${name}/package.json`)), `${file}.ttf`)))

const folder = join(import.meta.dirname, 'templates')
const templates = new Map(
  readdirSync(folder).map((file) => [file.replace(/\.typ$/, ''), readFileSync(join(folder, file), 'utf8')] as const),
)

const compiler = NodeCompiler.create({ fontArgs: [{ fontBlobs: fonts }], workspace: folder })

function setSheet(values: SheetValues): { pdf: Uint8Array; pages: number } {
  const mainFileContent = `${templates.get('sheet') ?? ''}\n${templates.get(values.template) ?? ''}`
  const result = compiler.compile({ mainFileContent, inputs: { data: JSON.stringify(values) } })
  const document = result.result
  if (document === null) {
    const said = result.takeError()?.shortDiagnostics as { message?: string }[] | undefined
    // Only Typst's own words: what it quotes of the source could be a patient's.
    throw new Error(
      said?.map((one) => (one.message ?? 'unknown').slice(0, 120)).join('; ') ?? 'the typesetter gave no reason',
    )
  }
  const pages = document.numOfPages
  const pdf = compiler.pdf(document, { pdfStandard: 'ua-1' })
  compiler.evictCache(0)
  return { pdf, pages }
}

process.on('message', (message: { id: number; values: SheetValues }) => {
  try {
    process.send?.({ id: message.id, ...setSheet(message.values) })
  } catch (thrown) {
    process.send?.({ id: message.id, because: thrown instanceof Error ? thrown.message : 'unknown' })
  }
})
process.on('disconnect', () => process.exit(0))
