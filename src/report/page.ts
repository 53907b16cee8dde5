/** The frame of every page: one self-contained file without script and without any request. */
import { InternalError } from '../base/errors.js'
import { pageMark } from '../base/page-mark.js'
import { toolName } from '../base/version.js'
import { html, type Markup, trusted } from './html.js'
import { pageStyle } from './style.js'

/** A whole HTML document, marked with the command that made it. Its policy lets nothing in but its own style and images that stand in it. */
export function htmlPage(title: string, body: Markup, madeBy = toolName): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${pageMark(madeBy)}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
${html`<title>${title}</title>`}
<link rel="icon" href="data:,">
<style>
${trusted(pageStyle())}
</style>
</head>
<body>${unbroken(body.source)}
</body>
</html>
`
}

/** A number and its percent sign stay on one line. */
function unbroken(source: string): string {
  return source.replace(/(\d) %/g, '$1\u00a0%')
}

/** Throws an `InternalError` for an image that is not a PNG or JPEG `data:` address (it would be a request). */
export function requireDataAddresses(addresses: readonly string[]): void {
  const wrong = addresses.find((uri) => !/^data:image\/(png|jpeg);base64,[A-Za-z0-9+/=]+$/.test(uri))
  if (wrong !== undefined)
    throw new InternalError(`a sample image is not a PNG or JPEG data address: ${wrong.slice(0, 40)}`)
}
