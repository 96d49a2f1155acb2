/**
 * The browser that takes the pictures, made to draw the same everywhere. Fonts: those of the packages below under the names that the page's tokens ask
 * for; the machine's own are hidden (`no-fonts.conf`), so nothing falls back to them unnoticed. Text: no hinting, no sub-pixel colours, one
 * colour profile, one device pixel a pixel; shapes are drawn by the processor. What still differs between two releases of Chromium is some
 * shades at the edges of glyphs, which the comparison allows for.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { ROOT } from '../source-tree.ts'
import { CHROMIUM } from './ballast-process.ts'
import * as inPage from './in-page-pictures.ts'

const NO_FONTS = join(ROOT, 'test/e2e/no-fonts.conf')
const FLAGS = [
  '--font-render-hinting=none',
  '--disable-lcd-text',
  '--enable-font-subpixel-positioning',
  '--force-color-profile=srgb',
  '--force-device-scale-factor=1',
  '--disable-skia-runtime-opts',
  '--disable-gpu',
]
const INTER = import.meta.resolve('inter-ui/variable/InterVariable.woff2')
const MONO = import.meta.resolve('@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2')
const SYMBOLS = import.meta.resolve('@fontsource/noto-sans-symbols-2/files/noto-sans-symbols-2-symbols-400-normal.woff2')
/** Family as the tokens name it, file, and the code points it is asked for. The small triangles are in no text font. */
const FONTS = [
  ['Inter', INTER, 'U+0-10FFFF'],
  ['Inter', SYMBOLS, 'U+25B4, U+25B8, U+25BE, U+25C2'],
  ['SFMono-Regular', MONO, 'U+0-10FFFF'],
] as const

export function openPictureBrowser(executablePath = CHROMIUM, args: readonly string[] = FLAGS): Promise<Browser> {
  return chromium.launch({ executablePath, args: [...args], env: { ...process.env, FONTCONFIG_FILE: NO_FONTS } })
}

/** Before the page's own script, and at once: what a canvas draws first is drawn with them. */
export async function bringFonts(page: Page): Promise<void> {
  const fonts = FONTS.map(([family, url, range]) => ({ family, range, woff2: readFileSync(new URL(url)).toString('base64') }))
  await page.addInitScript(inPage.bringFonts, fonts)
}
