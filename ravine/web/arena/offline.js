// A race as one HTML file that plays without a network: for slides, course pages and exams.
//
// Everything is in the file: what stands still as an image, the paths as numbers, the player as a script. The page that
// is written here says what the race is even where no script runs. Texts come from visitors and from links: whatever is
// put in is escaped, and the file's own policy lets nothing run but the player, and nothing be asked for.

import { bundled } from "./bundle.js"
import { lightened } from "./lighten.js"
import { sample } from "./marks.js"
import { drawPanels, nested, placed } from "./panels.js"
import { FONT } from "./slide.js"
import { SvgPen } from "./svg.js"

const HERE = new URL("../offline/", import.meta.url)
const SIDE = 1000 // of the drawing's units, its longer side

/** The file of what a slide shows (slide.js), with its steps, the step `at` that it opens at (null: its end), the words, the
 * `lang` of its texts, a `description` of the picture, the full `link` and the `accent` colour. Resolves to HTML.
 */
export async function offline(shown) {
  const [script, style] = await Promise.all([bundled(new URL("player.js", HERE).href, "begin"), styled()])
  return written(shown, { script, style, nonce: crypto.getRandomValues(new Uint32Array(4)).join("") })
}

async function styled() {
  const answer = await fetch(new URL("player.css", HERE))
  if (!answer.ok) throw new Error(`${answer.status} from ${answer.url}`)
  return answer.text()
}

/** The HTML of a file with this script and style, which its policy knows by `nonce`. */
export function written(shown, { script, style, nonce }) {
  const { theme, lang, accent, title } = shown
  const sheet = sheetOf(shown)
  const { width, height } = sheet.size
  const policy = `default-src 'none'; img-src data:; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`
  const look = `:root { color-scheme: ${theme.mode}; --page: ${theme.page}; --text: ${theme.text}; --accent: ${accent}; --shape: ${width / height}; }`
  return [
    `<!doctype html>`,
    `<html lang="${safe(lang)}">`,
    `<head>`,
    `<meta charset="utf-8">`,
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    `<meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<title>${safe(title)}</title>`,
    `<style nonce="${nonce}">${look}\n${style}</style>`,
    `</head>`,
    `<body>`,
    ...page(shown, sheet),
    `<script type="application/json" id="race">${json(raced(shown, sheet))}</script>`,
    `<script nonce="${nonce}">${closed(script)}</script>`,
    `</body>`,
    `</html>`,
    ``,
  ].join("\n")
}

/** The panels on a sheet of their own: {panels, places, scale, size}. */
function sheetOf({ panels }) {
  const [wide, high] = [Math.max(...panels.map((p) => p.x + p.width)), Math.max(...panels.map((p) => p.y + p.height))]
  const size = { width: (SIDE * wide) / Math.max(wide, high), height: (SIDE * high) / Math.max(wide, high) }
  return { panels, size, ...placed(panels, { left: 0, top: 0, ...size }) }
}

/** What a reader sees, and hears. */
function page({ title, sentence, lanes, theme, words, description, link, address, code }, sheet) {
  const scanned = code ? `<img src="${image(code)}" alt="${safe(words.qr)}">` : ""
  return [
    `<header><h1>${safe(title)}</h1><p>${safe(sentence)}</p></header>`,
    `<main>`,
    `<div class="race"><figure role="img" aria-label="${safe(description)}"><img src="${image(ground(sheet))}" alt=""><canvas></canvas></figure><div class="bar"></div></div>`,
    `<div><ul>${seen(lanes).map((lane) => entry(lane, theme)).join("")}</ul><p class="note">${safe(words.value)}</p></div>`,
    `</main>`,
    `<footer>${scanned}<div><p><a href="${safe(link)}">${safe(address || words.whole_page)}</a></p><p>${safe(words.credit)}</p></div></footer>`,
  ]
}

function entry(lane, theme) {
  const told = [lane.row.settings, lane.row.story].filter(Boolean).map((text) => `<p>${safe(text)}</p>`)
  return `<li>${sample(lane, lane[theme.mode])}<b>${safe(lane.name)}</b><data data-lane="${safe(lane.id)}"></data>${told.join("")}</li>`
}

const seen = (lanes) => lanes.filter((lane) => !lane.hidden)

/** What stands still as an SVG document: the grounds, and above them whatever no step moves. */
function ground({ panels, places, scale, size }) {
  const pen = new SvgPen()
  const resting = panels.map(({ scene, field }) => ({ field, scene: { ...scene, lanes: [], names: null, pointed: null } }))
  drawPanels(pen, { panels: resting, places, scale }, 0)
  const [one] = panels // all panels stand on the same ground
  const grounds = places.map((place, i) => nested(i ? `<use href="#ground"/>` : `<g id="ground">${lightened(one.ground)}</g>`, ...place, scale, one))
  const { width, height } = size
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${grounds.join("")}${pen}</svg>`
}

/** What the player needs. */
function raced({ lanes, theme, marks, words, first, steps, at }, { panels, places, scale, size }) {
  const kept = ["bar", "play", "pause", "back", "forward", "scrub", "speed", "step"]
  const shown = seen(lanes)
  const racing = (scene) => scene.lanes.map(({ id }) => shown.findIndex((lane) => lane.id === id)).filter((i) => i >= 0)
  return {
    words: Object.fromEntries(kept.map((name) => [name, words[name]])),
    theme: { ...theme, font: FONT },
    marks: [...marks],
    steps,
    at,
    size,
    scale,
    places,
    lanes: shown.map((lane) => numbers(lane, marks, first)),
    panels: panels.map(({ scene }) => ({ box: scene.box, frame: scene.frame, lanes: racing(scene) })),
  }
}

/** A lane with its columns as text: only what is drawn of it. */
function numbers({ id, name, light, dark, dash, marker, x, y, curves, arrows }, marks, first) {
  const drawn = Object.entries(arrows ?? {}).filter(([kind]) => marks.has(kind))
  const told = drawn.map(([kind, arrow]) => [kind, { x: packed(arrow.x), y: packed(arrow.y) }])
  return { id, name, light, dark, dash, marker, x: packed(x), y: packed(y), values: packed(curves[first], Float64Array), arrows: Object.fromEntries(told) }
}

/** Numbers as text, four bytes each: finer than any screen; or eight, for what is read. */
function packed(column, Type = Float32Array) {
  const bytes = new Uint8Array(Type.from(column).buffer)
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
}

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" }

/** A text in HTML, between tags or in quotes. */
export function safe(text) {
  return String(text ?? "").replace(/[&<>"']/g, (letter) => ENTITIES[letter])
}

/** A value as JSON that no text in it can end. */
function json(value) {
  return JSON.stringify(value).replace(/</g, "\\u003c")
}

/** A script that no text in it can end. */
function closed(script) {
  return script.replace(/<(?=\/script|script|!--)/gi, "\\x3c")
}

/** SVG text as the address of an image, for an attribute in double quotes. No script in it runs: it is an image. */
function image(svg) {
  return `data:image/svg+xml,${svg.replace(/[%#"&<>\s]/g, (letter) => (letter === " " ? " " : encodeURIComponent(letter)))}`
}
