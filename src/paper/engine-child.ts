import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { NodeCompiler, type NodeTypstDocument } from '@myriaddreamin/typst-ts-node-compiler'
import type { Answer, Order } from './engine.ts'
import { withNamesMarked, withoutQuotes, withoutUnprintable } from './printable.ts'

/**
 * The child of the press: sheet values in, PDF out, one at a time. The fonts that we ship come first, so every machine makes the same pages; fonts
 * of the machine stand behind them for names in scripts that ours do not have.
 */
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
const shared: { [template: string]: readonly string[] } = {
  packet: ['sheet', 'packet'],
  'day-sheet': ['sheet', 'list', 'day-sheet'],
  'front-desk': ['sheet', 'list', 'front-desk'],
}

const compiler = NodeCompiler.create({ fontArgs: [{ fontBlobs: fonts }], workspace: folder })

/** A sheet that is as long as was expected is done in one go; only another has its pages counted. */
function setSheet({ template, sheet, pages }: Order): { pdf: Uint8Array; pages: number } {
  const mainFileContent = (shared[template] ?? []).map((name) => templates.get(name) ?? '').join('\n')
  try {
    const plain = pages === undefined ? undefined : compiled(mainFileContent, sheet, 'no')
    const document = plain !== undefined && plain.numOfPages === pages ? plain : compiled(mainFileContent, sheet, 'yes')
    return { pdf: compiler.pdf(document, { pdfStandard: 'ua-1' }), pages: document.numOfPages }
  } finally {
    compiler.evictCache(0)
  }
}

function compiled(mainFileContent: string, sheet: string, counted: 'yes' | 'no'): NodeTypstDocument {
  const result = compiler.compile({ mainFileContent, inputs: { sheet, counted } })
  if (result.result !== null) return result.result
  const said = result.takeError()?.shortDiagnostics as { message?: string }[] | undefined
  throw new Error(said?.map((one) => one.message ?? 'unknown').join('; ') ?? 'the typesetter gave no reason')
}

/** A character that no font of ours or of the machine has would cost the whole sheet: it is printed as a box, and the rest as it is; a name says so. */
function setWhateverIsPrintable(order: Order): { pdf: Uint8Array; pages: number; namesNotDrawn: number } {
  let { sheet } = order
  for (;;) {
    try {
      const marked = sheet === order.sheet ? { sheet, names: 0 } : withNamesMarked(order.sheet, sheet)
      return { ...setSheet({ ...order, sheet: marked.sheet }), namesNotDrawn: marked.names }
    } catch (thrown) {
      const without = withoutUnprintable(sheet, thrown instanceof Error ? thrown.message : '')
      if (without === sheet) throw thrown
      sheet = without
    }
  }
}

process.on('message', (order: Order) => {
  // Nobody is left to hear it when the hub has died meanwhile.
  const answer = (said: Answer): void =>
    void process.send?.(said, undefined, undefined, (failed) => failed !== null && process.exit(1))
  try {
    answer({ id: order.id, ...setWhateverIsPrintable(order), residentBytes: process.memoryUsage.rss() })
  } catch (thrown) {
    answer({ id: order.id, because: withoutQuotes(thrown instanceof Error ? thrown.message : 'unknown') })
  }
})
process.on('disconnect', () => process.exit(0))
