// The race as a slide: title, picture, lanes and a line of credit. The part that stands still is SVG text; the part that
// moves is drawn with a pen, so that the same slide is a picture (with a pen that writes SVG) and a film (on a canvas).

import { sample } from "./marks.js"
import { fill, short } from "../shared/numbers.js"
import { drawPanels, nested, placed } from "./panels.js"
import { SvgPen } from "./svg.js"

export const SIZE = { width: 1600, height: 900 }
const EDGE = 40
const HEAD = 112 // above the picture
const LONGEST = 118 // characters of the sentence in one line
const FOOT = 56 // below it
const ASIDE = 400 // for the lanes
const CODE = 150 // the QR code, below the lanes
const ROOM = { left: EDGE, top: HEAD, width: SIZE.width - 2 * EDGE - ASIDE, height: SIZE.height - HEAD - FOOT } // for the panels
export const FONT = "Arial, 'Noto Sans CJK SC', sans-serif" // what every computer has: a picture takes no fonts with it

/** `text` in lines of at most `most` characters, broken between words (Chinese: anywhere, and twice as wide). */
export function wrapped(text, most) {
  const lines = []
  let line = ""
  let wide = 0
  for (const word of text.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+|\s+/g) ?? []) {
    const size = /[\u2e80-\uffef]/.test(word) ? 2 : word.length
    if (wide + size > most && line.trim()) {
      lines.push(line.trim())
      line = ""
      wide = 0
    }
    line += word
    wide += size
  }
  return line.trim() ? [...lines, line.trim()] : lines
}

export class Slide {
  /** Of what an arena shows: {panels, lanes, theme, marks, words, title, sentence, address, code, first, steps}.
   *
   * `panels` have x, y, width, height, `ground` (SVG text or a data: address of an image) and `scene` (null when the
   * picture holds the paths already) or `shoot(pen, position)`, which draws all of it, and perhaps `end()`; `first` is the name of the curve whose numbers stand beside the lanes. `address` is
   * empty where nobody would type it; `code` is the SVG text of its QR code, empty where it has none.
   */
  constructor(shown) {
    Object.assign(this, shown)
    Object.assign(this, placed(this.panels, ROOM))
  }

  /** What stands still, as elements of SVG. */
  still() {
    const pen = new SvgPen()
    const { theme, words } = this
    this.write(pen, words.credit, EDGE, SIZE.height - 20, { size: 17, faint: true })
    this.write(pen, this.address, SIZE.width - EDGE, SIZE.height - 20, { size: 17, faint: true, align: "right" })
    this.write(pen, this.title, EDGE, 50, { size: 30, weight: 700 })
    wrapped(this.sentence, LONGEST).slice(0, 2).forEach((line, i) => this.write(pen, line, EDGE, 78 + 24 * i, { size: 19, faint: true }))
    this.entries().forEach(({ lane, y, lines }) => {
      this.write(pen, lane.name, this.asideLeft + 66, y, { size: 22, weight: 700 })
      lines.forEach((line, i) => this.write(pen, line, this.asideLeft + 66, y + 26 + 22 * i, { size: 17, faint: true }))
    })
    const samples = this.entries().map(({ lane, y }) => nested(sample(lane, lane[theme.mode]), this.asideLeft, y - 17, 1.32))
    const grounds = this.panels.map((panel, i) => nested(panel.ground, ...this.places[i], this.scale, panel))
    return `<rect width="100%" height="100%" fill="${theme.page}"/>${grounds.join("")}${samples.join("")}${this.scanned()}${pen}`
  }

  /** The QR code, in its corner. */
  scanned() {
    const at = `x="${SIZE.width - EDGE - CODE}" y="${SIZE.height - FOOT - CODE}" width="${CODE}" height="${CODE}"`
    return this.code ? this.code.replace("<svg ", `<svg ${at} `) : ""
  }

  get asideLeft() {
    return SIZE.width - ASIDE - EDGE + 30
  }

  /** The lanes one below the other: where each stands, and its settings and its story in lines. A text for which there is no
   * room is left out whole.
   */
  entries() {
    const lanes = this.lanes.filter((lane) => !lane.hidden)
    const room = (SIZE.height - HEAD - FOOT - (this.code ? CODE + 10 : 0)) / Math.max(1, lanes.length)
    const most = Math.max(0, Math.floor((room - 48) / 22))
    let y = HEAD + 24
    return lanes.map((lane) => {
      const texts = [lane.row.settings, lane.row.story].map((text) => wrapped(text ?? "", 37))
      const lines = texts.reduce((taken, more) => (taken.length + more.length <= most ? [...taken, ...more] : taken), [])
      const entry = { lane, y, lines }
      y += Math.min(room, 48 + 22 * lines.length)
      return entry
    })
  }

  /** What moves, with the race at `position`. */
  draw(pen, position) {
    const step = Math.floor(position + 1e-9)
    drawPanels(pen, this, position)
    this.entries().forEach(({ lane, y }) => {
      this.write(pen, short(lane.curves[this.first][step]), SIZE.width - EDGE, y, { size: 19, align: "right" })
    })
    this.write(pen, fill(this.words.step, { k: step, n: this.steps }), SIZE.width - EDGE, 50, { size: 24, align: "right" })
  }

  write(pen, text, x, y, { size, weight = 400, align = "left", faint = false }) {
    pen.save()
    pen.font = `${weight} ${size}px ${FONT}`
    pen.textAlign = align
    pen.textBaseline = "alphabetic"
    pen.globalAlpha = faint ? 0.8 : 1
    pen.fillStyle = this.theme.text
    pen.fillText(text, x, y)
    pen.restore()
  }

  /** It is not drawn again. */
  end() {
    for (const panel of this.panels) panel.end?.()
  }

  /** The whole slide as an SVG document. */
  document(position) {
    const pen = new SvgPen()
    this.draw(pen, position)
    return frame(`${this.still()}${pen}`)
  }

  /** What stands still as an SVG document. */
  background() {
    return frame(this.still())
  }
}

function frame(content) {
  const { width, height } = SIZE
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${content}</svg>`
}
